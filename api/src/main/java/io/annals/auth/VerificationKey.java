package io.annals.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.math.BigInteger;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One public key, with a {@code JWTAuth} of its own: the library then has no other key to fall back
 * to, and a token that names one key is never checked with another. The library checks the
 * signature and nothing else; the claims are {@link Claims}' business.
 */
final class VerificationKey {
  /** Asymmetric, and what the library and JDK 17 both support. */
  static final Set<String> ALGORITHMS =
      Set.of(
          "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA");

  // The curve decides the algorithm; the library would also pair P-384 with ES256.
  private static final Map<String, String> ALGORITHM_OF_CURVE =
      Map.of("P-256", "ES256", "P-384", "ES384", "P-521", "ES512", "Ed25519", "EdDSA");
  private static final Map<String, Integer> SIGNATURE_BYTES =
      Map.of("ES256", 64, "ES384", 96, "ES512", 132, "EdDSA", 64);
  private static final int RSA_BITS_MIN = 2048;
  private static final int RSA_BITS_MAX = 8192;

  private static final String UNSIGNED_TOKEN = "eyJhbGciOiJub25lIn0.e30";

  private final @Nullable String kid;
  private final String alg;
  private final int signatureBytes;
  private final JWTAuth auth;

  private VerificationKey(@Nullable String kid, String alg, int signatureBytes, JWTAuth auth) {
    this.kid = kid;
    this.alg = alg;
    this.signatureBytes = signatureBytes;
    this.auth = auth;
  }

  /**
   * Reads a public JWK; private members, certificates and extensions in it are left aside.
   *
   * @throws IllegalArgumentException when it is not an asymmetric key for signatures of a supported
   *     algorithm; the message says why and holds no key material
   */
  static VerificationKey of(JsonNode jwk) {
    if (jwk.hasNonNull("use") && !"sig".equals(jwk.get("use").textValue())) {
      throw new IllegalArgumentException("its use is not 'sig'");
    }
    if (jwk.hasNonNull("key_ops") && !verifies(jwk.get("key_ops"))) {
      throw new IllegalArgumentException("its key_ops do not include 'verify'");
    }
    String kid = jwk.hasNonNull("kid") ? text(jwk, "kid") : null;
    return switch (text(jwk, "kty")) {
      case "EC" -> ofCurve(jwk, kid, List.of("kty", "crv", "x", "y"));
      case "OKP" -> ofCurve(jwk, kid, List.of("kty", "crv", "x"));
      case "RSA" -> ofRsa(jwk, kid);
      case "oct" -> throw new IllegalArgumentException("it is symmetric");
      default -> throw new IllegalArgumentException("its kty is not supported");
    };
  }

  private static VerificationKey ofCurve(
      JsonNode jwk, @Nullable String kid, List<String> parameters) {
    String alg = ALGORITHM_OF_CURVE.get(text(jwk, "crv"));
    boolean fits = "OKP".equals(text(jwk, "kty")) == "EdDSA".equals(alg);
    if (alg == null || !fits || (jwk.hasNonNull("alg") && !alg.equals(text(jwk, "alg")))) {
      throw new IllegalArgumentException("its kty, crv and alg do not fit together");
    }
    return new VerificationKey(kid, alg, SIGNATURE_BYTES.get(alg), auth(jwk, kid, alg, parameters));
  }

  private static VerificationKey ofRsa(JsonNode jwk, @Nullable String kid) {
    // Without alg it could be any of six; RS256 is what such providers sign with.
    String alg = jwk.hasNonNull("alg") ? text(jwk, "alg") : "RS256";
    if (!ALGORITHMS.contains(alg) || !(alg.startsWith("RS") || alg.startsWith("PS"))) {
      throw new IllegalArgumentException("its kty and alg do not fit together");
    }
    int bits = new BigInteger(1, Base64.getUrlDecoder().decode(text(jwk, "n"))).bitLength();
    if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX) {
      throw new IllegalArgumentException(
          "its modulus has " + bits + " bits, not " + RSA_BITS_MIN + " to " + RSA_BITS_MAX);
    }
    return new VerificationKey(
        kid, alg, (bits + 7) / 8, auth(jwk, kid, alg, List.of("kty", "n", "e")));
  }

  private static JWTAuth auth(
      JsonNode jwk, @Nullable String kid, String alg, List<String> parameters) {
    JsonObject key = new JsonObject().put("alg", alg);
    if (kid != null) {
      key.put("kid", kid);
    }
    parameters.forEach(name -> key.put(name, text(jwk, name)));
    JWTAuth auth = auth(key);
    // The library logs a key it cannot read and goes on without it, and with no key at all it
    // takes unsigned tokens. So ask it.
    if (auth.authenticate(new TokenCredentials(UNSIGNED_TOKEN)).succeeded()) {
      throw new IllegalArgumentException("its parameters are not those of a key");
    }
    return auth;
  }

  /** Builds the library's signer and verifier on one JWK, and on no key store. */
  static JWTAuth auth(JsonObject jwk) {
    // Vert.x would only be used to read a key store; the command line has none to give.
    return JWTAuth.create(
        null,
        new JWTAuthOptions().addJwk(jwk).setJWTOptions(new JWTOptions().setIgnoreExpiration(true)));
  }

  /** The key's id, or null when its publisher gave none. */
  @Nullable String kid() {
    return kid;
  }

  String alg() {
    return alg;
  }

  /** Completes, at once, with nothing or with {@link InvalidTokenException}. */
  Future<Void> verify(Jwt jwt) {
    // Exact: the library also takes DER and shortened signatures, so one token had many spellings.
    if (jwt.signatureBytes() != signatureBytes) {
      return signatureMismatch();
    }
    try {
      return auth.authenticate(new TokenCredentials(jwt.compact()))
          .transform(user -> user.succeeded() ? Future.succeededFuture() : signatureMismatch());
    } catch (RuntimeException e) {
      return signatureMismatch();
    }
  }

  private static Future<Void> signatureMismatch() {
    return Future.failedFuture(new InvalidTokenException("the signature does not match"));
  }

  private static boolean verifies(JsonNode operations) {
    for (JsonNode operation : operations) {
      if ("verify".equals(operation.textValue())) {
        return true;
      }
    }
    return false;
  }

  private static String text(JsonNode jwk, String member) {
    String text = jwk.path(member).textValue();
    if (text == null) {
      throw new IllegalArgumentException("it has no " + member);
    }
    return text;
  }
}
