package io.annals.cli.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request until it is answered, again and again within the {@link Patience} given: ids
 * make that safe. Blocks; several threads may use it.
 */
final class Sender {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);
  private static final int ANSWER_BYTES_MAX = 4 * 1024 * 1024;

  private final Destination destination;
  private final Target target;
  private final Tally tally;
  private final HttpClient client;
  private volatile boolean answeredBefore;

  Sender(Destination destination, Target target, Tally tally) {
    this.destination = destination;
    this.target = target;
    this.tally = tally;
    // HTTP/1.1: an upgrade to HTTP/2 would be offered with every first body.
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    SSLContext trust = destination.trust();
    client = (trust == null ? builder : builder.sslContext(trust)).build();
  }

  /** The first answer to this body that is neither busy nor broken. */
  Answer send(byte[] body) throws ImportException, InterruptedException {
    Patience patience = destination.patience();
    long startNanos = System.nanoTime();
    for (int attempt = 0; ; attempt++) {
      Answer answer = attempt(body);
      if (answer.isFinal()) {
        return refuseOutsiders(answer);
      }
      long passedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
      long pauseMillis = patience.pauseMillis(attempt, answer.retryAfterMillis);
      long triedMillisMax = answer.isBusy() ? patience.busyMillis() : patience.brokenMillis();
      if (passedMillis + pauseMillis > triedMillisMax) {
        throw givenUp(answer, passedMillis);
      }
      tally.resent();
      TimeUnit.MILLISECONDS.sleep(pauseMillis);
    }
  }

  private Answer attempt(byte[] body) throws ImportException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(destination.resolve(target.path(destination.tenant())))
            .timeout(ANSWER_TIMEOUT)
            .header("Authorization", "Bearer " + destination.credential().get())
            .header("X-Tenant-ID", destination.tenant().toString())
            .header("Content-Type", target.contentType())
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      answeredBefore = true;
      try (InputStream in = response.body()) {
        byte[] text = in.readNBytes(ANSWER_BYTES_MAX);
        String retryAfter = response.headers().firstValue("Retry-After").orElse("");
        return new Answer(response.statusCode(), parse(text), retryAfterMillis(retryAfter), null);
      }
    } catch (SSLHandshakeException e) {
      throw new ImportException(
          "the certificate of "
              + destination.url()
              + " is not trusted ("
              + e.getMessage()
              + "): name the file of its authority with --ca-file",
          e);
    } catch (ConnectException e) {
      if (!answeredBefore) {
        throw new ImportException(
            "no server answers at " + destination.url() + ": start it, or name another with --url",
            e);
      }
      return new Answer(0, MissingNode.getInstance(), 0, e);
    } catch (IOException e) {
      return new Answer(0, MissingNode.getInstance(), 0, e);
    }
  }

  private Answer refuseOutsiders(Answer answer) throws ImportException {
    String said = Target.message(answer.body);
    if (answer.status == 401) {
      throw new ImportException(
          "the server does not accept the credential (401: "
              + said
              + "): set ANNALS_TOKEN to a token it accepts,"
              + " or leave that unset and name the server's data directory with --data-dir");
    }
    if (answer.status == 403) {
      throw new ImportException(
          "the credential may not write here (403: "
              + said
              + "): it needs the scope "
              + target.scope()
              + " and the tenant "
              + destination.tenant());
    }
    return answer;
  }

  private ImportException givenUp(Answer answer, long passedMillis) {
    String what =
        answer.failure == null
            ? "still answers " + answer.status
            : "cannot be reached (" + answer.failure + ")";
    return new ImportException(
        "the server at "
            + destination.url()
            + " "
            + what
            + " after "
            + TimeUnit.MILLISECONDS.toSeconds(passedMillis)
            + " s: run the same import again later, what is stored stays stored",
        answer.failure);
  }

  private static JsonNode parse(byte[] text) {
    try {
      JsonNode body = JsonText.MAPPER.readTree(text);
      return body == null ? MissingNode.getInstance() : body;
    } catch (IOException e) {
      return MissingNode.getInstance(); // a proxy's page, say: its status must do
    }
  }

  private static long retryAfterMillis(String header) {
    return header.matches("\\d{1,9}") ? TimeUnit.SECONDS.toMillis(Long.parseLong(header)) : 0;
  }

  /** What the server said, or why it said nothing. */
  static final class Answer {
    final int status;
    final JsonNode body;
    private final long retryAfterMillis;
    private final @Nullable IOException failure;

    private Answer(
        int status, JsonNode body, long retryAfterMillis, @Nullable IOException failure) {
      this.status = status;
      this.body = body;
      this.retryAfterMillis = retryAfterMillis;
      this.failure = failure;
    }

    private boolean isBusy() {
      return status == 429 || status == 503;
    }

    private boolean isFinal() {
      return failure == null && !isBusy() && status < 500;
    }
  }
}
