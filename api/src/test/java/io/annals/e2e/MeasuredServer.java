package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Eventually;
import io.annals.http.GuardedTransport;
import io.annals.server.AnnalsServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.UUID;

/** A server of which nobody else asks anything, on both databases, after some traffic. */
final class MeasuredServer {
  static final int CONNECTIONS_MAX = 50;
  static final AnnalsServer SERVER =
      ApiFixture.startServer(
          GuardedTransport.vertx(CONNECTIONS_MAX), Map.of("ANNALS_STORAGE_ACTIVITY", "cassandra"));

  static final UUID TENANT = UUID.randomUUID();

  /** The key that the traffic was sent with, in part. */
  static final JsonObject MINTED = traffic();

  private MeasuredServer() {}

  /** A few calls of most kinds, with a token and with a key. */
  private static JsonObject traffic() {
    String token = ApiFixture.token(TENANT);
    try (Client client = new Client(SERVER, TENANT, token);
        KeyClient keys = new KeyClient(SERVER, TENANT, token)) {
      for (Stream stream : Stream.values()) {
        client.ok(client.append(stream, stream.item(), stream.item()));
        client.ok(client.list(stream));
      }
      client.ok(client.list(Stream.TOKEN).query("search", "invoice"));
      client.ok(client.list(Stream.LOG));
      client.call(client.append(Stream.LOG, new JsonObject().put("actor_id", "ada")));
      client.call(client.to("GET", "nothing"));
      JsonObject minted =
          keys.post(
              "tokens",
              KeyClient.newToken()
                  .put("serviceAccountId", keys.account("ci"))
                  .put("scopes", JsonArray.of("audit:read")));
      Call withKey =
          client
              .list(Stream.LOG)
              .without("Authorization")
              .header("X-API-Key", minted.getString("secret"));
      keys.ok(withKey);
      keys.delete("tokens/" + minted.getString("id"));
      collectGarbage();
      return minted;
    }
  }

  /** Pauses are told from the first one on, which may be long in coming. */
  private static void collectGarbage() {
    System.gc();
    Eventually.within10Seconds(
        () -> assertThat(Scrape.of(SERVER).names()).contains("jvm_gc_pause_seconds_sum"));
  }
}
