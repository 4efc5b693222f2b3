package io.annals.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.http.Refusal;
import io.annals.model.TenantId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CursorsTest {
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));
  private static final Cursors.Binding BINDING = Cursors.Binding.of(TENANT, "list", Map.of());

  private final Cursors cursors = new Cursors(new byte[32]);

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void place_isReadBackAlike() {
    Random random = new Random(31);
    for (int i = 0; i < 1000; i++) {
      byte[] place = bytes(random, i % 65);
      String cursor = cursors.encode(place, BINDING);
      assertThat(cursor).matches("[A-Za-z0-9_-]+");
      ByteBuffer read = cursors.decode(cursor, BINDING, "cursor");
      assertThat(read).isEqualTo(ByteBuffer.wrap(place));
    }
  }

  @Test
  void everyOtherText_isRefusedNamingTheParameter() {
    for (int placeBytes : new int[] {0, 24, 43, 44}) { // with 0, 2 and 4 bits to spare in base64
      String cursor = cursors.encode(bytes(new Random(32), placeBytes), BINDING);
      for (int i = 0; i < cursor.length(); i++) {
        for (char other : "ABCDEFGHIJKLMNOP_-9z=+/ \u00e9".toCharArray()) {
          if (other != cursor.charAt(i)) {
            refused(cursor.substring(0, i) + other + cursor.substring(i + 1));
          }
        }
        refused(cursor.substring(0, i));
        refused(cursor + cursor.substring(0, i + 1));
      }
      refused(cursor + "=");
    }
  }

  private void refused(String cursor) {
    assertThatThrownBy(() -> cursors.decode(cursor, BINDING, "next"))
        .as(cursor)
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("next ");
  }

  @Test
  void cursorOfAnotherInstallation_isRefused() {
    byte[] otherSecret = new byte[32];
    otherSecret[31] = 1;
    refused(new Cursors(otherSecret).encode(new byte[24], BINDING));
  }

  @Test
  void bindings_differByAllThatTheyAreMadeOf() {
    TenantId other = new TenantId(new UUID(1, 3));
    List<Cursors.Binding> bindings = new ArrayList<>(List.of(BINDING));
    bindings.add(Cursors.Binding.of(other, "list", Map.of()));
    bindings.add(Cursors.Binding.of(TENANT, "list2", Map.of()));
    bindings.add(Cursors.Binding.of(TENANT, "list", Map.of("a", "b")));
    bindings.add(Cursors.Binding.of(TENANT, "list", Map.of("a", "")));
    bindings.add(Cursors.Binding.of(TENANT, "list", Map.of("a", "b\nc 1 d")));
    bindings.add(Cursors.Binding.of(TENANT, "list", Map.of("a", "b", "c", "d")));
    bindings.add(Cursors.Binding.of(TENANT, "list", Map.of("a", "d", "c", "b")));
    bindings.add(Cursors.Binding.of(TENANT, "list", Map.of("from", 1L)));
    bindings.add(Cursors.Binding.of(TENANT, "list", Map.of("to", 1L)));
    assertThat(bindings).doesNotHaveDuplicates();
  }
}
