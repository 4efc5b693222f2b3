package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CursorIT {
  private final Client client = Client.ofNewTenant();

  @AfterEach
  void close() {
    client.close();
  }

  private Call firstPage(Stream stream) {
    return client.list(stream).query(stream.limit, 1);
  }

  private String cursor(Stream stream) {
    client.ok(client.append(stream, stream.item(), stream.item(), stream.item()));
    return String.valueOf(stream.next(client.ok(firstPage(stream))));
  }

  private void refused(Stream stream, Call call) {
    client.invalid(stream, call, stream.cursor());
  }

  @ParameterizedTest
  @EnumSource
  void alteredCursor_isRefusedWhicheverCharacterItIs(Stream stream) {
    String cursor = cursor(stream);
    for (int i = 0; i < cursor.length(); i++) {
      char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
      String altered = cursor.substring(0, i) + other + cursor.substring(i + 1);
      refused(stream, firstPage(stream).query(stream.cursor(), altered));
      refused(stream, firstPage(stream).query(stream.cursor(), cursor.substring(0, i) + "!"));
    }
    for (String suffix : new String[] {"A", "AAAA", "=", "==", " ", "\n", cursor}) {
      refused(stream, firstPage(stream).query(stream.cursor(), cursor + suffix));
    }
    refused(stream, firstPage(stream).query(stream.cursor(), "x".repeat(513)));
    refused(stream, firstPage(stream).query(stream.cursor(), ""));
  }

  @ParameterizedTest
  @EnumSource
  void cursorOfAnotherVersion_isRefused(Stream stream) {
    byte[] bytes = Base64.getUrlDecoder().decode(cursor(stream));
    for (int version = 0; version < 256; version++) {
      if (version != bytes[0]) {
        byte[] other = Arrays.copyOf(bytes, bytes.length);
        other[0] = (byte) version;
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(other);
        Answer answer =
            client.invalid(stream, firstPage(stream).query(stream.cursor(), text), stream.cursor());
        assertThat(stream.sentence(answer)).contains("version");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void cursorWithOtherFilters_isRefused(Stream stream) {
    Call replay = firstPage(stream).query(stream.cursor(), cursor(stream));
    client.ok(replay);
    switch (stream) {
      case CREDENTIALS -> {
        refused(stream, replay.query("operation", "DECRYPT"));
        refused(stream, replay.query("successOnly", true));
        refused(stream, replay.query("sensitivity", "PII"));
        refused(stream, replay.query("from", 0));
        refused(stream, replay.query("to", Long.MAX_VALUE));
      }
      case EVENTS -> {
        for (String filter : new String[] {"event_group", "event_type", "status", "vm_id"}) {
          refused(stream, replay.query(filter, "vm"));
        }
        refused(stream, replay.query("user_id", 1));
      }
      case LOG -> {
        for (String filter : new String[] {"actor_id", "resource_type", "resource_id", "action"}) {
          refused(stream, replay.query(filter, "ada"));
        }
        refused(stream, replay.query("from", "2026-01-01T00:00:00Z"));
      }
      case TOKEN, ACCOUNT -> {
        refused(stream, replay.query("search", "GET"));
        refused(stream, replay.query("from", 0));
        refused(stream, replay.query("to", Long.MAX_VALUE));
        String other = stream.path(client.tenant, UUID.randomUUID().toString());
        refused(stream, replay.target(replay.target().replace(stream.path(client.tenant), other)));
      }
    }
    // Only the size of a page may change on the way.
    client.ok(client.list(stream).query(stream.cursor(), cursor(stream)));
  }

  @ParameterizedTest
  @EnumSource
  void cursorOfAFilteredList_needsItsFilters(Stream stream) {
    cursor(stream);
    Call filtered = firstPage(stream).query(stream.filter().getKey(), stream.filter().getValue());
    String cursor = stream.next(client.ok(filtered));
    client.ok(filtered.query(stream.cursor(), cursor));
    refused(stream, firstPage(stream).query(stream.cursor(), cursor));
  }

  @ParameterizedTest
  @EnumSource
  void cursorOfAnotherTenantOrList_isRefused(Stream stream) {
    String cursor = cursor(stream);
    try (Client stranger = Client.ofNewTenant()) {
      stranger.invalid(
          stream, stranger.list(stream).query(stream.cursor(), cursor), stream.cursor());
    }
    for (Stream other : Stream.values()) {
      if (other != stream) {
        refused(other, client.list(other).query(other.cursor(), cursor));
      }
    }
    // An operator's cursor is the tenant's: the binding is to what is listed.
    try (Client operator = new Client(client.tenant, ApiFixture.operatorToken())) {
      operator.ok(operator.list(stream).query(stream.cursor(), cursor));
    }
    try (Client operator = new Client(UUID.randomUUID(), ApiFixture.operatorToken())) {
      operator.invalid(
          stream, operator.list(stream).query(stream.cursor(), cursor), stream.cursor());
    }
  }
}
