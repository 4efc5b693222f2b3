package io.annals.keys;

import io.annals.model.EventStream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an operation on keys does.
 *
 * @param operationId as the contract names it
 * @param body what its body consists of; null where it takes none
 * @param work yields the JSON to answer, empty for none; fails, or throws, a {@link
 *     io.annals.http.Refusal} or as the store does
 */
record KeyOperation(
    String operationId, @Nullable EventStream body, Function<KeyCall, Future<Buffer>> work) {
  /** The answer of an operation that has nothing to say. */
  static final Buffer NOTHING = Buffer.buffer();

  /** An operation without a body. */
  KeyOperation(String operationId, Function<KeyCall, Future<Buffer>> work) {
    this(operationId, null, work);
  }
}
