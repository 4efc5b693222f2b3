package io.annals.list;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.fuzz.Target;
import io.annals.http.Refusal;
import io.annals.list.Cursors.Binding;
import io.annals.model.TenantId;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;

/**
 * Cursors: a place comes back as it was, and what was not made here, or was changed at one place,
 * is refused.
 */
public final class CursorTarget implements Target {
  private static final Binding BINDING =
      Binding.of(new TenantId(new UUID(1, 2)), "list", Map.of("filter", "value"));
  private static final Binding OTHER =
      Binding.of(new TenantId(new UUID(1, 3)), "list", Map.of("filter", "value"));

  private final Cursors cursors = new Cursors(new byte[32]);

  /** Of another installation. It makes none here, from which the fuzzer would learn one. */
  private final Cursors others = new Cursors("another secret, as long as it is".getBytes(UTF_8));

  @Override
  public void check(byte[] input) {
    refuse(others, new String(input, UTF_8), BINDING);
    String cursor = cursors.encode(input, BINDING);
    refuse(others, cursor, BINDING);
    assertThat(cursors.decode(cursor, BINDING, "cursor")).isEqualTo(ByteBuffer.wrap(input));
    refuse(cursors, cursor, OTHER);
    refuse(cursors, changed(cursor, input), BINDING);
  }

  private static void refuse(Cursors by, String cursor, Binding binding) {
    assertThatThrownBy(() -> by.decode(cursor, binding, "cursor")).isInstanceOf(Refusal.class);
  }

  /** The input says which character becomes which. */
  private static String changed(String cursor, byte[] input) {
    int at = (input.length == 0 ? 0 : input[0] & 0xff) % cursor.length();
    char changed = (char) (input.length < 2 ? 'A' : input[1] & 0x7f);
    String tail = cursor.substring(at + 1);
    return cursor.charAt(at) == changed
        ? cursor.substring(0, at) + tail
        : cursor.substring(0, at) + changed + tail;
  }
}
