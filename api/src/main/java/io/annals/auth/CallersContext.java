package io.annals.auth;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** Brings home what several callers wait for: its end must not carry one to another's thread. */
final class CallersContext {
  private CallersContext() {}

  /** The same result, on the context of who calls this; at once if it is there. */
  static <T> Future<T> of(Vertx vertx, Future<T> shared) {
    if (shared.isComplete()) {
      return shared;
    }
    Context caller = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    shared.onComplete(
        (result, failure) -> caller.runOnContext(go -> promise.complete(result, failure)));
    return promise.future();
  }
}
