package io.annals.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** A private key of this installation, as a JWK. */
final class SigningKey {
  /**
   * ES256: the library signs and verifies it, every JWT library a client may use knows it, and keys
   * and signatures are an eighth and a quarter the size of RSA's. A check takes longer than RSA's,
   * but is done once per token, not per request. EdDSA would serve too, were it as widely known.
   */
  static final String ALGORITHM = "ES256";

  private static final int COORDINATE_BYTES = 32;

  private final JsonObject jwk;
  private final JWTAuth auth;
  private final VerificationKey verificationKey;

  private SigningKey(JsonNode node, JsonObject jwk) {
    this.jwk = jwk;
    // One key each: among several, the library would pick one at random.
    this.auth = VerificationKey.auth(jwk);
    this.verificationKey = VerificationKey.of(node);
  }

  /** Makes a private JWK with an id that no other key will ever have. */
  static JsonObject generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
      return new JsonObject()
          .put("kid", UUID.randomUUID().toString())
          .put("alg", ALGORITHM)
          .put("use", "sig")
          .put("kty", "EC")
          .put("crv", "P-256")
          .put("x", base64(point.getAffineX()))
          .put("y", base64(point.getAffineY()))
          .put("d", base64(((ECPrivateKey) pair.getPrivate()).getS()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no P-256", e);
    }
  }

  /**
   * Reads a private JWK and tries it.
   *
   * @throws IllegalArgumentException when it is not an ES256 key, or its halves do not belong
   *     together; the message holds no key material
   */
  static SigningKey of(JsonNode node) {
    JsonObject jwk = new JsonObject();
    for (String member : List.of("kid", "alg", "use", "kty", "crv", "x", "y", "d")) {
      String text = node.path(member).textValue();
      if (text == null || text.isEmpty()) {
        throw new IllegalArgumentException("a key has no " + member);
      }
      jwk.put(member, text);
    }
    try {
      SigningKey key = new SigningKey(node, jwk);
      // Sign and verify once: halves that do not fit would otherwise show at the first request.
      Jwt trial = Jwt.parse(key.sign(new JsonObject()));
      if (ALGORITHM.equals(jwk.getString("alg")) && key.verificationKey.verify(trial).succeeded()) {
        return key;
      }
    } catch (RuntimeException e) {
      // Said below: the library's messages are not for operators.
    }
    throw new IllegalArgumentException("one of its keys is not a working ES256 key");
  }

  String kid() {
    return jwk.getString("kid");
  }

  VerificationKey verificationKey() {
    return verificationKey;
  }

  JsonObject publicJwk() {
    JsonObject open = jwk.copy();
    open.remove("d");
    return open;
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

  private static String base64(BigInteger coordinate) {
    byte[] digits = coordinate.toByteArray();
    byte[] fixed = new byte[COORDINATE_BYTES];
    // Big-endian two's complement: one byte more for the sign, or fewer for a small number.
    int length = Math.min(digits.length, COORDINATE_BYTES);
    System.arraycopy(digits, digits.length - length, fixed, COORDINATE_BYTES - length, length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(fixed);
  }
}
