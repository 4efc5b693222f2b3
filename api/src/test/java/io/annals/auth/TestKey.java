package io.annals.auth;

import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An identity provider's key. It signs with the JDK alone, so the library is not its own judge. */
final class TestKey {
  private static final Map<String, String> CURVES =
      Map.of("ES256", "secp256r1", "ES384", "secp384r1", "ES512", "secp521r1");

  final @Nullable String kid;
  final String alg;
  private final KeyPair pair;

  private TestKey(@Nullable String kid, String alg, KeyPair pair) {
    this.kid = kid;
    this.alg = alg;
    this.pair = pair;
  }

  static TestKey of(@Nullable String kid, String alg) {
    return of(kid, alg, 2048);
  }

  static TestKey of(@Nullable String kid, String alg, int rsaBits) {
    try {
      KeyPairGenerator generator;
      if (CURVES.containsKey(alg)) {
        generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(CURVES.get(alg)));
      } else if (alg.equals("EdDSA")) {
        generator = KeyPairGenerator.getInstance("Ed25519");
      } else {
        generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(rsaBits);
      }
      return new TestKey(kid, alg, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same key, published under another id or for another algorithm. */
  TestKey as(@Nullable String otherKid, String otherAlg) {
    return new TestKey(otherKid, otherAlg, pair);
  }

  JsonObject publicJwk() {
    JsonObject jwk = new JsonObject().put("alg", alg);
    if (kid != null) {
      jwk.put("kid", kid);
    }
    if (pair.getPublic() instanceof RSAPublicKey rsa) {
      return jwk.put("kty", "RSA")
          .put("n", base64(unsigned(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8)))
          .put("e", base64(unsigned(rsa.getPublicExponent(), 3)));
    }
    if (pair.getPublic() instanceof ECPublicKey ec) {
      int bits = ec.getParams().getCurve().getField().getFieldSize();
      return jwk.put("kty", "EC")
          .put("crv", "P-" + bits)
          .put("x", base64(unsigned(ec.getW().getAffineX(), (bits + 7) / 8)))
          .put("y", base64(unsigned(ec.getW().getAffineY(), (bits + 7) / 8)));
    }
    // The last 32 bytes of the X.509 form of an Ed25519 key are the key.
    byte[] encoded = pair.getPublic().getEncoded();
    return jwk.put("kty", "OKP")
        .put("crv", "Ed25519")
        .put("x", base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
  }

  JsonObject header() {
    JsonObject header = new JsonObject().put("typ", "JWT").put("alg", alg);
    return kid == null ? header : header.put("kid", kid);
  }

  String sign(JsonObject claims) {
    return sign(header().encode(), claims.encode());
  }

  String sign(String header, String payload) {
    String input = base64(header) + "." + base64(payload);
    return input + "." + base64(signature(input));
  }

  byte[] signature(String input) {
    try {
      Signature signer = Signature.getInstance(jcaName());
      if (alg.startsWith("PS")) {
        int bits = Integer.parseInt(alg.substring(2));
        MGF1ParameterSpec mask = new MGF1ParameterSpec("SHA-" + bits);
        signer.setParameter(new PSSParameterSpec("SHA-" + bits, "MGF1", mask, bits / 8, 1));
      }
      signer.initSign(pair.getPrivate());
      signer.update(input.getBytes(StandardCharsets.US_ASCII));
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String jcaName() {
    String bits = alg.substring(2);
    return switch (alg.substring(0, 2)) {
      case "ES" -> "SHA" + bits + "withECDSAinP1363Format";
      case "RS" -> "SHA" + bits + "withRSA";
      case "PS" -> "RSASSA-PSS";
      default -> "Ed25519";
    };
  }

  byte[] publicKeyBytes() {
    return pair.getPublic().getEncoded();
  }

  static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] unsigned(BigInteger number, int length) {
    byte[] digits = number.toByteArray();
    byte[] fixed = new byte[length];
    int count = Math.min(digits.length, length);
    System.arraycopy(digits, digits.length - count, fixed, length - count, count);
    return fixed;
  }
}
