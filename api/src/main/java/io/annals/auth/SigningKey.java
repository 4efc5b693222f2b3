package io.annals.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPrivateCrtKey;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A private key of this installation, as a JWK. */
final class SigningKey {
  /**
   * RS256, for what a stranger can make us do: anyone may send tokens that name our key, and each
   * costs a check. In Java 17 that is 40 µs with RSA, and 1.2 ms with ES256 (0.7 with EdDSA): a
   * thousand forged tokens a second would fill a core. Signing takes a millisecond with either. The
   * price is a token 256 characters longer. The library signs and verifies it, and so does every
   * other JWT library.
   */
  static final String ALGORITHM = "RS256";

  /** Enough for tokens that live for hours; 3072 would triple the time to sign. */
  private static final int MODULUS_BITS = 2048;

  private static final List<String> PUBLIC_MEMBERS = List.of("kid", "alg", "use", "kty", "n", "e");
  private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi");

  /** The member, beside those of a JWK, that says when a key begins to sign. */
  private static final String SIGNS_FROM = "signsFrom";

  private final JsonObject publicJwk;
  private final @Nullable Instant signsFrom;
  private final JWTAuth auth;
  private final VerificationKey verificationKey;

  private SigningKey(
      JsonObject publicJwk,
      @Nullable Instant signsFrom,
      JWTAuth auth,
      VerificationKey verificationKey) {
    this.publicJwk = publicJwk;
    this.signsFrom = signsFrom;
    this.auth = auth;
    this.verificationKey = verificationKey;
  }

  /** Makes a private JWK with an id that no other key will ever have. */
  static JsonObject generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(MODULUS_BITS);
      RSAPrivateCrtKey key = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
      return new JsonObject()
          .put("kid", UUID.randomUUID().toString())
          .put("alg", ALGORITHM)
          .put("use", "sig")
          .put("kty", "RSA")
          .put("n", base64(key.getModulus()))
          .put("e", base64(key.getPublicExponent()))
          .put("d", base64(key.getPrivateExponent()))
          .put("p", base64(key.getPrimeP()))
          .put("q", base64(key.getPrimeQ()))
          .put("dp", base64(key.getPrimeExponentP()))
          .put("dq", base64(key.getPrimeExponentQ()))
          .put("qi", base64(key.getCrtCoefficient()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no RSA", e);
    }
  }

  /** The same for a key that is not to sign before this time. */
  static JsonObject generate(Instant signsFrom) {
    return generate().put(SIGNS_FROM, signsFrom.toString());
  }

  /**
   * Reads a private JWK and tries it.
   *
   * @throws IllegalArgumentException when it is not an RS256 key, or its halves do not belong
   *     together; the message holds no key material
   */
  static SigningKey of(JsonNode node) {
    JsonObject publicJwk = members(node, PUBLIC_MEMBERS);
    JsonObject privateJwk = members(node, PRIVATE_MEMBERS).mergeIn(publicJwk);
    Instant signsFrom = signsFrom(node);
    try {
      // One JWTAuth each: among several keys, the library would sign with any.
      SigningKey key =
          new SigningKey(
              publicJwk, signsFrom, VerificationKey.auth(privateJwk), VerificationKey.of(node));
      // Sign and verify once: halves that do not fit would otherwise show at the first request.
      Jwt trial = Jwt.parse(key.sign(new JsonObject()));
      if (key.verificationKey.verify(trial).succeeded()) {
        return key;
      }
    } catch (RuntimeException e) {
      // Said below: the library's messages are not for operators.
    }
    throw new IllegalArgumentException("one of its keys is not a working " + ALGORITHM + " key");
  }

  private static JsonObject members(JsonNode node, List<String> names) {
    JsonObject members = new JsonObject();
    for (String name : names) {
      String text = node.path(name).textValue();
      if (text == null || text.isEmpty()) {
        throw new IllegalArgumentException("a key has no " + name);
      }
      members.put(name, text);
    }
    return members;
  }

  private static @Nullable Instant signsFrom(JsonNode node) {
    JsonNode time = node.path(SIGNS_FROM);
    try {
      return time.isMissingNode() ? null : Instant.parse(time.asText());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("the " + SIGNS_FROM + " of a key is not a time", e);
    }
  }

  String kid() {
    return publicJwk.getString("kid");
  }

  /** When it begins to sign, or null where that is not recorded: it always might. */
  @Nullable Instant signsFrom() {
    return signsFrom;
  }

  boolean signsAt(Instant time) {
    return signsFrom == null || !time.isBefore(signsFrom);
  }

  VerificationKey verificationKey() {
    return verificationKey;
  }

  JsonObject publicJwk() {
    return publicJwk.copy();
  }

  /** Signs a payload as it stands: nothing is added to it. */
  String sign(JsonObject payload) {
    return auth.generateToken(
        payload, new JWTOptions().setAlgorithm(ALGORITHM).setNoTimestamp(true));
  }

  /** Does not show the key. */
  @Override
  public String toString() {
    return "SigningKey[kid=" + kid() + "]";
  }

  private static String base64(BigInteger number) {
    byte[] digits = number.toByteArray();
    // RFC 7518, 2: no leading zero, which two's complement puts before a high bit.
    int from = digits[0] == 0 ? 1 : 0;
    byte[] minimal = Arrays.copyOfRange(digits, from, digits.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(minimal);
  }
}
