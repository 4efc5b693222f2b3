package io.annals.list;

import io.annals.contract.Fault;
import io.annals.http.Refusal;
import io.annals.http.Violation;
import io.annals.http.Violation.Place;
import io.annals.model.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Cursors: a place in a list, made for one tenant, list and set of filters, and authenticated by
 * HMAC-SHA256 (RFC 2104), truncated to 144 bits as its section 5 allows. Opaque to clients:
 * base64url of version, place, fingerprint and code. Safe to use from any thread.
 */
public final class Cursors {
  private static final byte VERSION = 1;

  private static final int VERSION_BYTES = 1;
  private static final int FINGERPRINT_BYTES = Long.BYTES;
  private static final int CODE_BYTES = 18;
  private static final int BYTES_MIN = VERSION_BYTES + FINGERPRINT_BYTES + CODE_BYTES;
  private static final String ALGORITHM = "HmacSHA256";

  /** Of several texts that decode alike, only what this one writes is a cursor. */
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final SecretKeySpec key;

  /** Cursors of the installation with this secret, at least 256 bits. */
  public Cursors(byte[] secret) {
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  /** What a cursor is made for, as a short digest. */
  record Binding(long fingerprint) {

    /**
     * The binding to a list of a tenant, narrowed by these parameters.
     *
     * @param parameters filters and ranges by name; not what only sizes a page
     */
    static Binding of(TenantId tenant, String list, Map<String, Object> parameters) {
      StringBuilder text = new StringBuilder(list).append('\n').append(tenant);
      new TreeMap<>(parameters)
          .forEach(
              (name, value) -> {
                String filter = String.valueOf(value);
                text.append('\n').append(name).append(' ').append(filter.length()).append(' ');
                text.append(filter);
              });
      try {
        byte[] digest =
            MessageDigest.getInstance("SHA-256")
                .digest(text.toString().getBytes(StandardCharsets.UTF_8));
        return new Binding(ByteBuffer.wrap(digest).getLong());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e); // every Java platform has it
      }
    }
  }

  /** The cursor that goes on at this place. */
  String encode(byte[] place, Binding binding) {
    ByteBuffer bytes = ByteBuffer.allocate(place.length + BYTES_MIN);
    bytes.put(VERSION).put(place).putLong(binding.fingerprint());
    bytes.put(code(bytes.array()));
    return ENCODER.encodeToString(bytes.array());
  }

  /**
   * The place that a cursor goes on at.
   *
   * @param parameter the parameter that it came in, to be named
   * @throws Refusal if it was altered, is of another version, or was made for something else
   */
  ByteBuffer decode(String cursor, Binding binding, String parameter) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException e) {
      throw refused(parameter, "cursor_invalid", "is not a cursor of this server");
    }
    if (bytes.length == 0 || bytes[0] != VERSION) {
      throw refused(
          parameter,
          "cursor_version",
          "is not a cursor of this version; start again with the first page");
    }
    if (!isAuthentic(bytes) || !ENCODER.encodeToString(bytes).equals(cursor)) {
      throw refused(parameter, "cursor_invalid", "was altered, or is not a cursor of this server");
    }
    int placeBytes = bytes.length - BYTES_MIN;
    ByteBuffer read = ByteBuffer.wrap(bytes);
    if (read.getLong(VERSION_BYTES + placeBytes) != binding.fingerprint()) {
      throw refused(
          parameter,
          "cursor_mismatch",
          "was made for another tenant, list or filters; repeat those of the first page");
    }
    return read.slice(VERSION_BYTES, placeBytes);
  }

  private boolean isAuthentic(byte[] bytes) {
    return bytes.length >= BYTES_MIN
        && MessageDigest.isEqual(
            code(bytes), Arrays.copyOfRange(bytes, bytes.length - CODE_BYTES, bytes.length));
  }

  /** The code of all that stands before it. */
  private byte[] code(byte[] bytes) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(bytes, 0, bytes.length - CODE_BYTES);
      return Arrays.copyOf(mac.doFinal(), CODE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  private static Refusal refused(String parameter, String type, String message) {
    return Refusal.of(
        List.of(new Violation(Place.QUERY, List.of(parameter), new Fault(type, message))));
  }
}
