package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.TestTokens;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is refused, why, and in which order; and that nothing is stored by what is refused. */
class RefusalIT {
  private final Client client = Client.ofNewTenant();

  @AfterEach
  void close() {
    client.close();
  }

  private List<Call> both(Stream stream) {
    return List.of(client.list(stream), client.append(stream, stream.item()));
  }

  private Answer refused(Call call, int status) {
    Answer answer = client.call(call);
    assertThat(answer.status()).as("%s: %s", call, answer).isEqualTo(status);
    return answer;
  }

  private void assertNothingStored(Stream stream) {
    assertThat(client.newest(stream)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void badCredentials_areRefused(Stream stream) {
    String good = ApiFixture.token(client.tenant);
    String[] parts = good.split("\\.");
    List<String> bad =
        List.of(
            "",
            "Bearer",
            "Bearer ",
            "Basic dXNlcjpwYXNz",
            good,
            "Bearer " + good + "x",
            "Bearer " + good + " " + good,
            "Bearer " + parts[0] + "." + parts[1],
            "Bearer " + parts[0] + "." + parts[1] + ".",
            "Bearer " + parts[0] + "." + parts[1] + "." + "A".repeat(parts[2].length()),
            "Bearer \u00e9",
            "Bearer " + "x".repeat(9000),
            "Bearer " + TestTokens.unsigned(good),
            "Bearer " + TestTokens.expired(ApiFixture.keys(), client.tenant),
            "Bearer " + TestTokens.ofAnotherInstallation(client.tenant));
    for (Call call : both(stream)) {
      assertThat(refused(call.without("Authorization"), 401).header("www-authenticate"))
          .isEqualTo("Bearer realm=\"annals\"");
      for (String value : bad) {
        Call spoilt = call.without("Authorization").header("Authorization", value);
        Answer answer = client.call(spoilt);
        assertThat(answer.status()).as("%s: %s", value, answer).isEqualTo(401);
        assertThat(answer.text()).doesNotContain(parts[1]);
      }
      refused(call.header("Authorization", "Bearer " + good), 401);
      refused(call.without("Authorization").header("X-API-Key", "ak_unknown"), 401);
      client.invalid(stream, call.header("X-API-Key", "ak_unknown"), "X-API-Key");
    }
    assertNothingStored(stream);
  }

  @ParameterizedTest
  @EnumSource
  void otherTenants_areForbiddenWhetherOrNotTheyExist(Stream stream) {
    try (Client other = Client.ofNewTenant()) {
      other.ok(other.append(stream, stream.item()));
      Set<String> answers = new TreeSet<>();
      for (UUID tenant : List.of(other.tenant, UUID.randomUUID())) {
        for (Call call : both(stream)) {
          Call foreign =
              call.target(call.target().replace(client.tenant.toString(), tenant.toString()))
                  .without("X-Tenant-ID")
                  .header("X-Tenant-ID", tenant.toString());
          Answer answer = refused(foreign, 403);
          answers.add(answer.text().replace(foreign.target(), "the path"));
          assertThat(answer.text()).contains(stream == Stream.LOG ? "tenant_mismatch" : "tenant");
        }
      }
      assertThat(answers).hasSize(1);
      assertThat(stream.items(other.ok(other.list(stream)))).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void missingScope_isNamed(Stream stream) {
    String read = stream.scope("read");
    String write = stream.scope("write");
    try (Client reader = new Client(client.tenant, ApiFixture.token(client.tenant, read));
        Client writer = new Client(client.tenant, ApiFixture.token(client.tenant, write));
        Client nobody = new Client(client.tenant, ApiFixture.token(client.tenant))) {
      writer.ok(writer.append(stream, stream.item()));
      reader.ok(reader.list(stream));
      nobody.ok(nobody.list(stream));
      Answer noWrite = reader.call(reader.append(stream, stream.item()));
      assertThat(noWrite.status()).isEqualTo(403);
      assertThat(stream.sentence(noWrite)).contains(write);
      Answer noRead = writer.call(writer.list(stream));
      assertThat(noRead.status()).isEqualTo(403);
      assertThat(stream.sentence(noRead)).contains(read);
    }
    assertThat(stream.items(client.ok(client.list(stream)))).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void operator_namesTheTenant(Stream stream) {
    client.ok(client.append(stream, stream.item()));
    try (Client operator = new Client(client.tenant, ApiFixture.operatorToken())) {
      assertThat(stream.items(operator.ok(operator.list(stream)))).hasSize(1);
      operator.ok(operator.append(stream, stream.item()));
      for (Call call : List.of(operator.list(stream), operator.append(stream, stream.item()))) {
        if (stream.isOfTenant()) {
          String path = call.target().replace(client.tenant.toString(), "not-a-uuid");
          operator.invalid(stream, call.target(path), "tenant");
          operator.ok(call.without("X-Tenant-ID"));
        } else {
          operator.invalid(stream, call.without("X-Tenant-ID"), "X-Tenant-ID");
          Call malformed = call.without("X-Tenant-ID").header("X-Tenant-ID", "not-a-uuid");
          operator.invalid(stream, malformed, "X-Tenant-ID");
          Call empty = call.without("X-Tenant-ID").header("X-Tenant-ID", "");
          operator.invalid(stream, empty, "X-Tenant-ID");
          Call twice = call.header("X-Tenant-ID", UUID.randomUUID().toString());
          operator.invalid(stream, twice, "X-Tenant-ID");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EVENTS", "LOG"})
  void tenantHeader_isCheckedForEverybody(Stream stream) {
    String own = client.tenant.toString();
    String other = UUID.randomUUID().toString();
    for (Call call : both(stream)) {
      Call bare = call.without("X-Tenant-ID");
      if (stream == Stream.LOG) {
        client.invalid(stream, bare, "X-Tenant-ID");
      }
      client.invalid(stream, bare.header("X-Tenant-ID", "1-1-1-1-1"), "X-Tenant-ID");
      client.invalid(stream, bare.header("X-Tenant-ID", own + "," + own), "X-Tenant-ID");
      client.invalid(stream, call.header("X-Tenant-ID", own), "X-Tenant-ID");
      client.invalid(stream, call.header("X-Tenant-ID", other), "X-Tenant-ID");
      refused(bare.header("X-Tenant-ID", other).header("X-Tenant-ID", own), 403);
    }
    assertNothingStored(stream);
  }

  /** Each request has every fault from its own on; the first of them must be the answer. */
  @ParameterizedTest
  @EnumSource
  void refusals_comeInTheirOrder(Stream stream) {
    UUID stranger = UUID.randomUUID();
    List<Call> spoilt = new ArrayList<>();
    for (Call call : both(stream)) {
      spoilt.add(call.query("x", 1).json("{"));
      spoilt.add(call.method("DELETE"));
      spoilt.add(call.target(call.target() + "/nowhere"));
      spoilt.add(call.json("x".repeat(ApiFixture.BODY_BYTES_MAX + 1)));
      spoilt.add(call.without("Content-Type").body("x"));
    }
    String weak = "Bearer " + ApiFixture.token(client.tenant, "keys:read");
    for (Call call : spoilt) {
      Call foreign =
          call.target(call.target().replace(client.tenant.toString(), stranger.toString()))
              .without("X-Tenant-ID")
              .header("X-Tenant-ID", stranger.toString());
      refused(foreign.without("Authorization"), 401);
      refused(call.without("Authorization"), 401);
      refused(foreign, 403);
      boolean served = Set.of("GET", "POST").contains(call.method());
      if (served && !call.target().endsWith("/nowhere")) {
        refused(call.without("Authorization").header("Authorization", weak), 403);
      }
    }
    assertNothingStored(stream);
  }

  @ParameterizedTest
  @EachAuditStream
  void mediaType_mustBeJsonInUtf8(Stream stream) {
    Call call = client.append(stream, stream.item()).without("Content-Type");
    refused(call, 415);
    for (String wrong :
        Arrays.asList(
            "",
            "text/json",
            "application/x-ndjson",
            "application/jsonx",
            "text/plain",
            "application/json; charset=latin1",
            "application/json;charset=\"utf-16\"",
            ";",
            "application/problem+json",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded")) {
      refused(call.header("Content-Type", wrong), 415);
    }
    for (String encoding : List.of("gzip", "deflate", "br", "identity, gzip")) {
      Call json = call.header("Content-Type", "application/json");
      refused(json.header("Content-Encoding", encoding), 415);
    }
    assertNothingStored(stream);
    for (String right :
        List.of(
            "application/json",
            "APPLICATION/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/json ; x=y")) {
      client.ok(call.header("Content-Type", right));
    }
  }

  @ParameterizedTest
  @EnumSource
  void methodsThatAreNotServed_areNamedBesideThoseThatAre(Stream stream) {
    for (String method : List.of("DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "FOO")) {
      Answer answer = refused(client.append(stream, stream.item()).method(method), 405);
      assertThat(answer.header("allow")).isEqualTo(stream.isActivity() ? "POST" : "GET, POST");
    }
    assertNothingStored(stream);
  }

  @ParameterizedTest
  @EnumSource(names = {"TOKEN", "ACCOUNT"})
  void activityOfOneSubject_canBeReadOnly(Stream stream) {
    for (String method :
        List.of("POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "FOO")) {
      Answer answer = refused(client.list(stream).method(method), 405);
      assertThat(answer.header("allow")).isEqualTo("GET");
    }
  }

  @ParameterizedTest
  @EnumSource
  void unknownPaths_areNotFoundInTheirDialect(Stream stream) {
    String path = stream.path(client.tenant);
    for (String other : List.of(path + "/x", path + "/x/../y", path + "/%C3%BC", path + "/a%2Fb")) {
      for (Call call : both(stream)) {
        refused(call.target(other), 404);
      }
    }
    for (String other : List.of("/v1", "/v2/audit-log", "/v1/auditlog", "/v1/audit", "/%20")) {
      refused(client.list(stream).target(other), 404);
    }
    assertNothingStored(stream);
  }

  @ParameterizedTest
  @EachAuditStream
  void bodyBeyondTheBound_isRefused(Stream stream) {
    String good = stream.batch(stream.item()).encode();
    String most = good + " ".repeat(ApiFixture.BODY_BYTES_MAX - good.length());
    Call call = client.append(stream);
    client.ok(call.json(most));
    client.ok(call.json(most).inChunks());
    refused(call.json(most + " "), 413);
    refused(call.json(most + " ").inChunks(), 413);
    refused(call.body(Buffer.buffer(new byte[5 * ApiFixture.BODY_BYTES_MAX])), 413);
    assertThat(stream.items(client.ok(client.list(stream)))).hasSize(2);
  }
}
