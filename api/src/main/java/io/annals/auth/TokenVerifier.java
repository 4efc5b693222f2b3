package io.annals.auth;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies bearer tokens: the installation's own, which name a key of its key file and its issuer,
 * and external ones, signed with a key of the configured JWK set. The two never meet: which keys
 * are looked at follows from the token's {@code kid} alone, and the issuer must then fit.
 *
 * <p>Safe to use from any thread. A token that was verified before is answered by a future that is
 * already complete; a first one costs a signature check on the calling thread (about 40 µs for RSA
 * keys, a millisecond or two for elliptic curves), and with an unknown external key the wait for
 * the key set.
 */
public final class TokenVerifier implements MeterBinder {
  private static final Logger LOG = LoggerFactory.getLogger(TokenVerifier.class);

  private final Vertx vertx;
  private final Supplier<KeyFile> ownKeys;
  private final @Nullable Reloaded<ExternalKeys> jwks;
  private final AuthSettings settings;
  private final InstantSource clock;
  private final TokenCache cache = new TokenCache();

  TokenVerifier(
      Vertx vertx,
      Supplier<KeyFile> ownKeys,
      @Nullable Reloaded<ExternalKeys> jwks,
      AuthSettings settings,
      InstantSource clock) {
    this.vertx = vertx;
    this.ownKeys = ownKeys;
    this.jwks = jwks;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Opens a verifier. It fails with {@link IllegalArgumentException} when the JWK set's file cannot
   * be used. When the set's URI cannot be reached, it opens without external keys and goes on
   * trying: the installation's own tokens, and what is written with them, do not depend on it.
   *
   * @param ownKeys the installation's keys as they are when it is called, for each token
   */
  public static Future<TokenVerifier> open(
      Vertx vertx, Supplier<KeyFile> ownKeys, AuthSettings settings) {
    InstantSource clock = InstantSource.system();
    Source source;
    if (settings.jwksUri() != null) {
      source = new JwksUriSource(vertx, settings.jwksUri());
    } else if (settings.jwksFile() != null) {
      source = new FileSource(vertx, Path.of(settings.jwksFile()));
    } else {
      return Future.succeededFuture(new TokenVerifier(vertx, ownKeys, null, settings, clock));
    }
    if (settings.audience() == null) {
      LOG.warn("auth.audience is not set: tokens that {} signs for others pass too", source);
    }
    return ExternalKeys.open(vertx, source)
        .map(jwks -> new TokenVerifier(vertx, ownKeys, jwks, settings, clock));
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    cache.bindTo(meters);
  }

  /** Stops looking for new keys. Verifying goes on with those at hand. */
  public Future<Void> close() {
    return jwks == null ? Future.succeededFuture() : jwks.close();
  }

  /**
   * Verifies a token.
   *
   * @return the principal, or a failure with {@link InvalidTokenException}; never another failure,
   *     and nothing is thrown. It completes on the caller's context.
   */
  public Future<Principal> verify(String token) {
    // Before hashing it.
    if (token.length() > Jwt.CHARS_MAX) {
      return failed(Jwt.tooLong());
    }
    TrustedKeys keys = new TrustedKeys(ownKeys.get(), externalKeys());
    TokenCache.Digest digest = TokenCache.Digest.of(token);
    Future<Principal> known = cache.find(digest, keys, clock.millis());
    return known != null ? known : verifyAnew(token, digest, keys);
  }

  /** The cheap checks first: a client that goes on with an expired token must not be expensive. */
  private Future<Principal> verifyAnew(String token, TokenCache.Digest digest, TrustedKeys keys) {
    Jwt jwt;
    Claims claims;
    KeyFile.@Nullable Entry own;
    try {
      jwt = Jwt.parse(token);
      own = jwt.kid() == null ? null : keys.own().entries().get(jwt.kid());
      claims =
          own != null
              ? Claims.ofOwn(jwt.claims(), clock.millis(), own.acceptedUntil())
              : Claims.ofExternal(
                  jwt.claims(), clock.millis(), settings.issuer(), settings.audience());
    } catch (InvalidTokenException e) {
      return failed(e);
    }
    if (own != null) {
      return verifySignature(jwt, own.key().verificationKey())
          .map(done -> remember(digest, keys, claims));
    }
    if (jwks == null || jwt.kid() == null || keys.external().knows(jwt.kid())) {
      return verifyExternal(jwt, digest, keys, claims);
    }
    return CallersContext.of(vertx, jwks.refresh())
        .compose(
            done ->
                verifyExternal(jwt, digest, new TrustedKeys(keys.own(), externalKeys()), claims));
  }

  private Future<Principal> verifyExternal(
      Jwt jwt, TokenCache.Digest digest, TrustedKeys keys, Claims claims) {
    VerificationKey key = keys.external().find(jwt.kid(), jwt.alg());
    if (key == null) {
      return failed(
          new InvalidTokenException(
              jwt.kid() == null
                  ? "the token names no key (kid), and not exactly one has its alg"
                  : "no accepted key has the token's kid and alg"));
    }
    return verifySignature(jwt, key).map(done -> remember(digest, keys, claims));
  }

  private Future<Void> verifySignature(Jwt jwt, VerificationKey key) {
    return key.alg().equals(jwt.alg())
        ? key.verify(jwt)
        : Future.failedFuture(new InvalidTokenException("the header alg is not the key's"));
  }

  private Principal remember(TokenCache.Digest digest, TrustedKeys keys, Claims claims) {
    cache.put(digest, keys, claims);
    return claims.principal();
  }

  private ExternalKeys externalKeys() {
    return jwks == null ? ExternalKeys.NONE : jwks.current();
  }

  private static Future<Principal> failed(InvalidTokenException e) {
    return Future.failedFuture(e);
  }
}
