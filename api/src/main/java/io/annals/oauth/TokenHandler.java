package io.annals.oauth;

import io.annals.auth.InvalidTokenException;
import io.annals.auth.Principal;
import io.annals.auth.Scopes;
import io.annals.auth.TokenExchange;
import io.annals.auth.TokenExchange.Grant;
import io.annals.http.Bodies;
import io.annals.http.ByteBudget;
import io.annals.http.Content;
import io.annals.http.Door;
import io.annals.http.Json;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/**
 * Gives a token to who holds an API key: the grants {@code client_credentials} and {@code password}
 * of RFC 6749. What is wrong with the request is answered as that RFC says; what is not about it,
 * like every other refusal.
 */
public final class TokenHandler implements Handler<RoutingContext> {
  private static final List<String> FORM = List.of("application/x-www-form-urlencoded");

  /** An id, a key and some scopes are a few hundred. */
  private static final int BODY_BYTES_MAX = 4 * 1024;

  private final TokenExchange exchange;
  private final Door door;

  /** Too small to be counted. */
  private final Bodies bodies = new Bodies(BODY_BYTES_MAX, new ByteBudget(BODY_BYTES_MAX));

  /** A handler that gives out what this exchange grants, and has it recorded by this door. */
  public TokenHandler(TokenExchange exchange, Door door) {
    this.exchange = exchange;
    this.door = door;
  }

  @Override
  public void handle(RoutingContext context) {
    long startNanos = System.nanoTime();
    HttpServerRequest request = context.request();
    List<String> authorization = request.headers().getAll(HttpHeaders.AUTHORIZATION);
    Future.succeededFuture()
        .compose(go -> bodies.read(context, Content.of(request, FORM, false)))
        .map(form -> TokenRequest.of(form, authorization))
        .compose(asked -> exchange(context, asked, startNanos))
        .onComplete(grant -> answer(context.response(), grant), context::fail);
  }

  private Future<Grant> exchange(RoutingContext context, TokenRequest asked, long startNanos) {
    return exchange
        .exchange(asked.name(), asked.apiKey(), asked.scope())
        .transform(
            done -> {
              caller(done)
                  .ifPresent(caller -> door.record(context, caller, done.succeeded(), startNanos));
              return done.succeeded()
                  ? Future.succeededFuture(done.result())
                  : Future.failedFuture(refusal(asked, done.cause()));
            });
  }

  private static Optional<Principal> caller(AsyncResult<Grant> done) {
    if (done.succeeded()) {
      return Optional.of(done.result().owner());
    }
    return done.cause() instanceof InvalidTokenException invalid
        ? invalid.named()
        : Optional.empty();
  }

  private static Throwable refusal(TokenRequest request, Throwable failure) {
    String description = String.valueOf(failure.getMessage());
    if (failure instanceof InvalidTokenException) {
      return new TokenRefusal(
          request.isPassword() ? "invalid_grant" : "invalid_client", description);
    }
    return failure instanceof IllegalArgumentException
        ? new TokenRefusal("invalid_scope", description)
        : failure;
  }

  private static void answer(HttpServerResponse response, Grant grant) {
    head(response)
        .end(
            Json.object(
                json -> {
                  json.writeStringField("access_token", grant.accessToken());
                  json.writeStringField("token_type", "Bearer");
                  json.writeNumberField("expires_in", grant.expiresInSeconds());
                  json.writeStringField("scope", Scopes.text(grant.scopes()));
                }));
  }

  /** With the headers that each answer has. */
  static HttpServerResponse head(HttpServerResponse response) {
    return response
        .putHeader(HttpHeaders.CONTENT_TYPE, Content.JSON)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("Pragma", "no-cache");
  }
}
