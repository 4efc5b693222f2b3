package io.annals.http;

import io.annals.auth.KeyFile;
import io.annals.contract.ApiOperation;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.function.Supplier;

/** Publishes the public halves of the keys that sign this installation's tokens. */
public final class KeySetHandler implements Handler<RoutingContext> {
  /**
   * A key is published some ten seconds before it signs: a copy that is kept for five is never
   * without the key of a token.
   */
  private static final String CACHE_CONTROL = "public, max-age=5";

  private final Parameters parameters;
  private final Supplier<KeyFile> keys;

  /** Serves what the operation describes from these keys. */
  public KeySetHandler(ApiOperation operation, Supplier<KeyFile> keys) {
    parameters = new Parameters(operation);
    this.keys = keys;
  }

  @Override
  public void handle(RoutingContext context) {
    parameters.read(context); // there are none
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, CACHE_CONTROL)
        .end(keys.get().publicKeySet(Instant.now()).toBuffer());
  }
}
