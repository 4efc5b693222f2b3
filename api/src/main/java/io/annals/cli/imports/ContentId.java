package io.annals.cli.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Ids that come from content, so that what is imported again is known again. */
final class ContentId {
  // UUID.fromString also takes shortened groups, which the API does not.
  private static final Pattern UUID_TEXT =
      Pattern.compile(
          "\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}");

  private ContentId() {}

  /** The UUID that this text writes, if it is one. */
  static Optional<UUID> parse(@Nullable String text) {
    return text != null && UUID_TEXT.matcher(text).matches()
        ? Optional.of(UUID.fromString(text))
        : Optional.empty();
  }

  /** A UUID of version 8: the start of the SHA-256 of the value's canonical text. */
  static UUID of(JsonNode value) {
    return of(JsonText.canonical(value));
  }

  /** A UUID of version 8: the start of the SHA-256 of these bytes. */
  static UUID of(byte[] bytes) {
    ByteBuffer hash = ByteBuffer.wrap(sha256(bytes));
    long high = (hash.getLong() & ~0xF000L) | 0x8000L;
    long low = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** The SHA-256 of these bytes in hexadecimal. */
  static String sha256Hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256(bytes));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
