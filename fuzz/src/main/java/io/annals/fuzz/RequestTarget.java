package io.annals.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.KeyFile;
import io.annals.auth.Scopes;
import io.annals.auth.TokenIssuer;
import io.annals.config.Config;
import io.annals.http.GuardedTransport;
import io.annals.model.TenantId;
import io.annals.server.AnnalsServer;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server with a database, which answers every request once, in HTTP, and never with a 5xx.
 *
 * <p>In inputs, {@code {tenant}} stands for a tenant, {@code {token}} for a token of it, {@code
 * {operator}} for one that reaches every tenant, and {@code {key}} for an API key of the tenant.
 */
final class RequestTarget implements Target {
  private static final int CONNECTIONS_MAX = 100;
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));

  private static final String MINT =
      """
      POST /v1/tenants/{tenant}/tokens HTTP/1.1
      Authorization: Bearer {token}
      Content-Type: application/json

      {"name": "fuzz", "userId": "fuzz", "scopes": ["audit:read", "activity:write"]}""";

  private final Map<String, String> placeholders = new HashMap<>();
  private final int port;
  private @Nullable RawConnection connection;

  /** Starts the server, on the database that the environment names. */
  RequestTarget() throws Exception {
    Path directory = Files.createTempDirectory("annals-fuzz");
    Map<String, String> settings = new TreeMap<>(System.getenv());
    settings.keySet().removeIf(name -> !name.startsWith("ANNALS_"));
    settings.put("ANNALS_DATA_DIR", directory.toString());
    settings.put("ANNALS_HTTP_PORT", "0");
    settings.put("ANNALS_MANAGEMENT_PORT", "0");
    settings.put("ANNALS_LIMITS_FAILURES_PER_MINUTE", "0"); // there will be many
    Config config = Config.load(null, settings);
    AnnalsServer server =
        AnnalsServer.start(GuardedTransport.vertx(CONNECTIONS_MAX), config)
            .await(1, TimeUnit.MINUTES);
    port = URI.create(server.url()).getPort();
    TokenIssuer issuer = new TokenIssuer(KeyFile.read(config.keyFile()));
    placeholders.put("{tenant}", TENANT.toString());
    placeholders.put("{token}", token(issuer, Optional.of(TENANT)));
    placeholders.put("{operator}", token(issuer, Optional.empty()));
    FullHttpResponse minted = exchange(RawRequest.of(filled(MINT)));
    String secret = new JsonObject(minted.content().toString(UTF_8)).getString("secret");
    placeholders.put("{key}", requireNonNull(secret));
  }

  private static String token(TokenIssuer issuer, Optional<TenantId> tenant) {
    return issuer.issue("fuzz", tenant, Set.copyOf(Scopes.KNOWN), TokenIssuer.TTL_MAX);
  }

  @Override
  public void check(byte[] input) throws IOException {
    RawRequest request = RawRequest.of(filled(new String(input, ISO_8859_1)));
    if (!request.isPreface()) {
      FullHttpResponse answer = exchange(request);
      try {
        check(answer);
      } finally {
        answer.release();
      }
    }
  }

  private String filled(String text) {
    String filled = text;
    for (Map.Entry<String, String> placeholder : placeholders.entrySet()) {
      filled = filled.replace(placeholder.getKey(), placeholder.getValue());
    }
    return filled;
  }

  /** A kept connection may have been closed meanwhile; a new one has to be answered on. */
  private FullHttpResponse exchange(RawRequest request) throws IOException {
    FullHttpResponse answer = connection == null ? null : connection.exchange(request);
    if (answer == null) {
      reconnect();
      answer = connection.exchange(request);
    }
    assertThat(answer).as("an answer").isNotNull();
    assertThat(connection.hasMore()).as("a second answer").isFalse();
    if (!connection.isOpenAfter(answer)) {
      connection.close();
      connection = null;
    }
    return answer;
  }

  private void reconnect() throws IOException {
    if (connection != null) {
      connection.close();
    }
    connection = new RawConnection(port);
  }

  private static void check(FullHttpResponse answer) {
    assertThat(answer.decoderResult().isSuccess()).as("%s", answer).isTrue();
    assertThat(answer.status().code()).as("%s", answer).isBetween(200, 499);
    String type = answer.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    if (type.contains("json") && answer.content().isReadable()) {
      Json.decodeValue(answer.content().toString(UTF_8));
    }
  }
}
