package io.annals.auth;

import io.annals.store.KeySecret;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * A well-formed API key, as the holder has it: {@code annals_} and 12 characters that name it,
 * which are its prefix; {@code _} and 43 secret ones; 6 of checksum. The characters are base 62
 * (digits, upper case, lower case), the checksum is the CRC-32 (as in IEEE 802.3) of all before it.
 * Whether anybody knows the key is another question. Immutable; see ADR 14.
 */
public final class ApiKey {
  private static final String START = "annals_";
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int NAME_CHARS = 12;
  private static final int PREFIX_CHARS = START.length() + NAME_CHARS;

  /** 62 to the power of 43 is more than 2 to the power of 256. */
  private static final int SECRET_CHARS = 43;

  private static final int CHECKSUM_CHARS = 6;
  private static final int CHECKED_CHARS = PREFIX_CHARS + 1 + SECRET_CHARS;
  private static final int CHARS = CHECKED_CHARS + CHECKSUM_CHARS;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final String text;

  private ApiKey(String text) {
    this.text = text;
  }

  /** A new key that nobody can guess, nor will anybody get again. */
  public static ApiKey generate() {
    StringBuilder text = new StringBuilder(CHARS).append(START);
    appendRandom(text, NAME_CHARS);
    appendRandom(text.append('_'), SECRET_CHARS);
    return new ApiKey(text + checksum(text.toString()));
  }

  /**
   * Reads a key without asking any store.
   *
   * @throws MalformedKeyException if it is no key, or one that was mistyped
   */
  public static ApiKey parse(String text) throws MalformedKeyException {
    if (!text.startsWith(START)) {
      throw new MalformedKeyException(false);
    }
    if (text.length() != CHARS
        || text.charAt(PREFIX_CHARS) != '_'
        || !areDigits(text, START.length(), PREFIX_CHARS)
        || !areDigits(text, PREFIX_CHARS + 1, CHARS)
        || !text.endsWith(checksum(text.substring(0, CHECKED_CHARS)))) {
      throw new MalformedKeyException(true);
    }
    return new ApiKey(text);
  }

  /** How it begins: names it, and may be shown and logged. */
  public String prefix() {
    return text.substring(0, PREFIX_CHARS);
  }

  /** The whole key: the credential itself, to be shown once and not to be logged. */
  public String secretText() {
    return text;
  }

  /** What is kept of it. */
  public KeySecret secret() {
    return new KeySecret(prefix(), sha256());
  }

  /** The SHA-256 of the whole key, 32 bytes. */
  public Buffer sha256() {
    return Buffer.buffer(digest());
  }

  /** Whether this is the key that was kept; takes the same time wherever the two differ. */
  public boolean matches(KeySecret kept) {
    return MessageDigest.isEqual(digest(), kept.sha256().getBytes());
  }

  /** Shows its prefix only. */
  @Override
  public String toString() {
    return "ApiKey[" + prefix() + "]";
  }

  private byte[] digest() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  /** Every character is as likely as any other: {@code nextInt} draws again where it must. */
  private static void appendRandom(StringBuilder text, int chars) {
    for (int i = 0; i < chars; i++) {
      text.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
    }
  }

  private static boolean areDigits(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (DIGITS.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The CRC-32 as a number of base 62, the most significant digit first. */
  private static String checksum(String checked) {
    CRC32 crc = new CRC32();
    crc.update(checked.getBytes(StandardCharsets.US_ASCII));
    char[] digits = new char[CHECKSUM_CHARS];
    long rest = crc.getValue();
    for (int i = CHECKSUM_CHARS - 1; i >= 0; i--) {
      digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
      rest /= DIGITS.length();
    }
    return new String(digits);
  }
}
