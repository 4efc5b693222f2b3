package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the lists of tokens and service accounts have beyond what every list has. */
class ActivityListIT {
  private static final long NOW = System.currentTimeMillis();

  private final Client client = Client.ofNewTenant();

  @AfterEach
  void close() {
    client.close();
  }

  private Call list(Stream stream, Object subject) {
    return client.list(stream).target(stream.path(client.tenant, subject.toString()));
  }

  private static JsonObject event(UUID id, UUID token, long createdAt) {
    return Stream.TOKEN.itemAt(id, createdAt).put("tokenId", token.toString());
  }

  private static List<String> of(String member, List<JsonObject> items) {
    return items.stream().map(item -> item.getString(member)).toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"TOKEN", "ACCOUNT"})
  void subjectThatIsNotKnown_isNotFoundWhateverTheReason(Stream stream) {
    try (Client other = Client.ofNewTenant()) {
      other.ok(other.append(stream, stream.item()));
      assertThat(other.newest(stream)).hasSize(1);
    }
    List<String> unknown = new ArrayList<>(List.of(Stream.SUBJECT, UUID.randomUUID().toString()));
    unknown.addAll(
        List.of(
            "1-1-1-1-1",
            Stream.SUBJECT.replace("-", ""),
            "{" + Stream.SUBJECT + "}",
            Stream.SUBJECT + "%00",
            "%F0%9F%98%80",
            "%20",
            "null",
            "x".repeat(300)));
    for (String subject : unknown) {
      Call call = list(stream, subject.replace("{", "%7B").replace("}", "%7D"));
      Answer answer = client.call(call);
      assertThat(answer.status()).as("%s: %s", call, answer).isEqualTo(404);
      String name = stream == Stream.TOKEN ? "token" : "serviceAccount";
      assertThat(answer.json().getString("detail"))
          .isEqualTo("the " + name + " in the path is not known here");
      client.invalid(stream, call.query("x", 1), "x"); // a bad request comes first
    }
  }

  @Test
  void tokenIsNoAccountAndAccountIsNoToken() {
    UUID token = UUID.randomUUID();
    JsonObject item = event(UUID.randomUUID(), token, NOW);
    client.ok(client.append(Stream.TOKEN, item));
    client.ok(client.list(Stream.ACCOUNT));
    client.ok(list(Stream.TOKEN, token));
    assertThat(client.call(list(Stream.ACCOUNT, token)).status()).isEqualTo(404);
    assertThat(client.call(list(Stream.TOKEN, Stream.SUBJECT)).status()).isEqualTo(404);
  }

  @Test
  void account_hasTheEventsOfAllItsTokensInOneOrder() {
    List<JsonObject> written = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      // The same ids and times under three tokens: the token must decide.
      UUID id = new UUID(i % 5, i % 2 == 0 ? -1 : 1);
      UUID token = new UUID(i % 3 - 1, i % 3);
      written.add(event(id, token, NOW - i % 4));
    }
    client.ok(client.append(Stream.ACCOUNT, written));
    List<JsonObject> stranger = List.of(event(UUID.randomUUID(), UUID.randomUUID(), NOW));
    stranger.get(0).remove("serviceAccountId");
    client.ok(client.append(Stream.ACCOUNT, stranger));
    Comparator<JsonObject> order =
        Comparator.comparing((JsonObject item) -> item.getLong("createdAt"))
            .thenComparing(item -> item.getString("id"))
            .thenComparing(item -> item.getString("tokenId"));
    List<String> expected =
        written.stream().sorted(order.reversed()).map(ActivityListIT::identity).distinct().toList();
    for (int size : new int[] {1, 4, 50}) {
      List<JsonObject> walked =
          client.walk(Stream.ACCOUNT, client.list(Stream.ACCOUNT).query("PageSize", size));
      assertThat(walked.stream().map(ActivityListIT::identity)).isEqualTo(expected);
    }
  }

  private static String identity(JsonObject item) {
    return item.getLong("createdAt") + " " + item.getString("id") + " " + item.getString("tokenId");
  }

  @ParameterizedTest
  @EnumSource(names = {"TOKEN", "ACCOUNT"})
  void everyMember_isAnsweredAsItWasSent(Stream stream) {
    JsonObject sent =
        stream
            .itemAt(UUID.randomUUID(), NOW)
            .put("keyPrefix", "ak_😀")
            .put("path", "/v1/\"straße\"\\\u0001")
            .put("statusCode", 599)
            .put("latencyMs", Integer.MAX_VALUE)
            .put("remoteIp", "2001:db8::1")
            .put("actor", "Ada");
    client.ok(client.append(stream, sent));
    sent.remove("serviceAccountId");
    assertThat(client.newest(stream))
        .containsExactly(sent.copy().put("tenantId", client.tenant.toString()));
  }

  @ParameterizedTest
  @EnumSource(names = {"TOKEN", "ACCOUNT"})
  void search_findsPartsOfAnySearchedMemberInAnyCase(Stream stream) {
    JsonObject wanted =
        stream
            .itemAt(UUID.randomUUID(), NOW - 1)
            .put("keyPrefix", "ak_prefix")
            .put("method", "PROPFIND")
            .put("path", "/v1/Straßen/ΣΑΣ%20_")
            .put("statusCode", 418)
            .put("latencyMs", 777)
            .put("remoteIp", "2001:db8::7")
            .put("actor", "Émile");
    client.ok(client.append(stream, stream.itemAt(UUID.randomUUID(), NOW), wanted));
    for (String found :
        List.of("propf", "STRAßEN", "σας", "%20_", "418", "41", "2001:DB8", "éMIL", "e")) {
      List<JsonObject> items = client.walk(stream, client.list(stream).query("search", found));
      assertThat(of("id", items)).as(found).contains(wanted.getString("id"));
    }
    for (String missed : List.of("ak_prefix", "777", "%%", "propfind ", wanted.getString("id"))) {
      assertThat(client.walk(stream, client.list(stream).query("search", missed)))
          .as(missed)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TOKEN", "ACCOUNT"})
  void skipWithSearch_passesOverMatchesOnceWhereverPagesEnd(Stream stream) {
    List<JsonObject> written = new ArrayList<>();
    List<String> matching = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      JsonObject item = stream.itemAt(UUID.randomUUID(), NOW - i);
      if (i % 3 == 0) {
        item.put("actor", "Wanted-" + i);
        matching.add(item.getString("id"));
      }
      written.add(item);
    }
    client.ok(client.append(stream, written));
    for (int skip : new int[] {0, 1, 7, 20, 10_000}) {
      Call call =
          client
              .list(stream)
              .query("PageSize", 3)
              .query("search", "wanted".toUpperCase(Locale.ROOT))
              .query("PageToken.Skip", skip);
      assertThat(of("id", client.walk(stream, call)))
          .as("skip %s", skip)
          .isEqualTo(matching.subList(Math.min(skip, 20), 20));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TOKEN", "ACCOUNT"})
  void emptySelectionOfAKnownSubject_isAnEmptyListNotAnUnknownOne(Stream stream) {
    client.ok(client.append(stream, stream.itemAt(UUID.randomUUID(), NOW)));
    for (Call call :
        List.of(
            client.list(stream).query("search", "nothing has this"),
            client.list(stream).query("from", NOW + 1),
            client.list(stream).query("to", NOW))) {
      assertThat(client.walk(stream, call)).as("%s", call).isEmpty();
    }
  }
}
