package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.server.AnnalsServer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A client of one tenant, on one connection that it keeps. Every answer must be one of the
 * contract, and nothing the client does may be an error in the server's log.
 */
final class Client implements AutoCloseable {
  final UUID tenant;
  private final AnnalsServer server;
  private final String token;
  private @Nullable Wire wire;

  Client(UUID tenant, String token) {
    this(ApiFixture.server(), tenant, token);
  }

  /** A client of another server. */
  Client(AnnalsServer server, UUID tenant, String token) {
    this.server = server;
    this.tenant = tenant;
    this.token = token;
  }

  /** A client of a tenant that nobody else has. */
  static Client ofNewTenant() {
    UUID tenant = UUID.randomUUID();
    return new Client(tenant, ApiFixture.token(tenant));
  }

  /** A good request to read the stream, to be spoilt by tests. */
  Call list(Stream stream) {
    return credentials(Call.of("GET", stream.path(tenant)));
  }

  /** A good request to write a batch. */
  Call append(Stream stream, JsonObject... batch) {
    return credentials(Call.of("POST", stream.appendPath(tenant))).json(stream.batch(batch));
  }

  Call append(Stream stream, List<JsonObject> batch) {
    return append(stream, batch.toArray(JsonObject[]::new));
  }

  /** A good request to what the tenant has at this path. */
  Call to(String method, String path) {
    return credentials(Call.of(method, "/v1/tenants/" + tenant + "/" + path));
  }

  private Call credentials(Call call) {
    return call.header("Authorization", "Bearer " + token).header("X-Tenant-ID", tenant.toString());
  }

  /** The answer, on the connection of the call before. */
  Answer call(Call call) {
    Answer answer = send(call);
    assertThat(answer.status()).as("%s: %s", call, answer).isNotEqualTo(500);
    Contract.check(call, answer);
    assertThat(ApiFixture.takeErrors()).as("warnings and errors logged by %s", call).isEmpty();
    return answer;
  }

  Answer ok(Call call) {
    Answer answer = call(call);
    assertThat(answer.status()).as("%s: %s", call, answer).isIn(200, 201);
    if (call.method().equals("POST")) {
      assertThat(answer.json().getInteger("rejected", 0)).as("%s: %s", call, answer).isZero();
    }
    return answer;
  }

  /** Asserts that the contract's refusal of an invalid request names exactly this. */
  Answer invalid(Stream stream, Call call, String culprit) {
    Answer answer = call(call);
    assertThat(answer.status()).as("%s: %s", call, answer).isEqualTo(stream.invalid);
    assertThat(stream.culprits(answer)).as("%s: %s", call, answer).containsOnly(culprit);
    return answer;
  }

  /** Sends without judging the answer. */
  private Answer send(Call call) {
    Wire open = wire;
    if (open == null) {
      open = new Wire(server.url());
      wire = open;
    }
    Answer answer = open.send(call.bytes()).read(call.method());
    assertThat(answer).as("closed instead of an answer to %s", call).isNotNull();
    if ("close".equals(answer.header("connection"))) {
      close();
    }
    return Objects.requireNonNull(answer);
  }

  /** The first page of the list; a token or account that is unknown has an empty one. */
  List<JsonObject> newest(Stream stream) {
    Answer page = call(list(stream));
    if (stream.isActivity() && page.status() == 404) {
      return List.of();
    }
    assertThat(page.status()).as("%s", page).isEqualTo(200);
    return stream.items(page);
  }

  /** Everything that the list holds, by following cursors. */
  List<JsonObject> walk(Stream stream, Call first) {
    List<JsonObject> items = new ArrayList<>();
    Answer page = ok(first);
    items.addAll(stream.items(page));
    for (String next = stream.next(page); next != null; next = stream.next(page)) {
      page = ok(first.query(stream.cursor(), next));
      items.addAll(stream.items(page));
    }
    return items;
  }

  @Override
  public void close() {
    Wire open = wire;
    wire = null;
    if (open != null) {
      open.close();
    }
  }
}
