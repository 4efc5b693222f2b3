package io.annals.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A JWK set behind a URI. Redirects are not followed: they could lead to plain HTTP, or to a host
 * the operator did not name.
 */
final class JwksUriSource implements Source {
  private static final int CONNECT_TIMEOUT_MILLIS = 3_000;
  private static final int ANSWER_TIMEOUT_MILLIS = 5_000;

  private final String uri;
  private final HttpClient client;
  private final Duration period;
  private final Duration gap;

  /**
   * A source that is fetched every five minutes, which is how long a key that its issuer withdrew
   * goes on being accepted; and every ten seconds at the most.
   */
  JwksUriSource(Vertx vertx, String uri) {
    this(vertx, uri, Duration.ofMinutes(5), Duration.ofSeconds(10));
  }

  JwksUriSource(Vertx vertx, String uri, Duration period, Duration gap) {
    this.uri = uri;
    this.period = period;
    this.gap = gap;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setSslHandshakeTimeout(CONNECT_TIMEOUT_MILLIS)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAlive(false));
  }

  @Override
  public Future<Buffer> load() {
    RequestOptions options =
        new RequestOptions().setAbsoluteURI(uri).putHeader("Accept", "application/json");
    return client
        .request(options)
        .compose(
            request ->
                request
                    .send()
                    .compose(JwksUriSource::read)
                    // The whole answer: an idle timeout alone lets it trickle for ever.
                    .timeout(ANSWER_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                    .onFailure(e -> request.reset()));
  }

  private static Future<Buffer> read(HttpClientResponse response) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response.exceptionHandler(whole::tryFail);
    if (response.statusCode() != 200) {
      whole.fail(new IOException("status " + response.statusCode()));
    }
    response.endHandler(end -> whole.tryComplete(body));
    response.handler(
        chunk -> {
          if (body.length() + chunk.length() <= BYTES_MAX) {
            body.appendBuffer(chunk);
          } else {
            whole.tryFail(new IOException("larger than " + BYTES_MAX + " bytes"));
          }
        });
    return whole.future();
  }

  /** An outage of the identity provider must not keep the audit log from being written. */
  @Override
  public boolean mayStartWithout() {
    return true;
  }

  @Override
  public long periodMillis() {
    return period.toMillis();
  }

  @Override
  public long gapMillis() {
    return gap.toMillis();
  }

  @Override
  public Future<Void> close() {
    return client.close();
  }

  @Override
  public String toString() {
    return uri;
  }
}
