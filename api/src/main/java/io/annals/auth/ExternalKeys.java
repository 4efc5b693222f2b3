package io.annals.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The usable keys of one version of a JWK set (RFC 7517). Immutable; a token verified with it is
 * remembered with it, so that another set, another instance, ends what was remembered.
 */
final class ExternalKeys {
  static final ExternalKeys NONE = new ExternalKeys(List.of());

  private static final Logger LOG = LoggerFactory.getLogger(ExternalKeys.class);

  /** A key costs a millisecond to load; a set has a handful. */
  private static final int KEYS_MAX = 100;

  private final List<VerificationKey> keys;

  private ExternalKeys(List<VerificationKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Loads a JWK set and keeps it fresh. Fails with {@link IllegalArgumentException} when the first
   * load fails, unless the source may be started without.
   */
  static Future<Reloaded<ExternalKeys>> open(Vertx vertx, Source source) {
    return Reloaded.open(vertx, source, ExternalKeys::parse, NONE)
        .recover(
            e ->
                Future.failedFuture(
                    new IllegalArgumentException(
                        "cannot use the JWK set " + source + ": " + Reloaded.line(e))));
  }

  /**
   * Reads a JWK set. Keys that cannot verify a token (symmetric, for encryption, unknown) are left
   * out with a warning; a set without a usable key is legal, and accepts no token. Takes
   * milliseconds: not for an event loop.
   *
   * @throws IllegalArgumentException when it is not a JWK set
   */
  static ExternalKeys parse(Buffer source) {
    JsonNode set = StrictJson.object(source.getBytes()).path("keys");
    if (!set.isArray()) {
      throw new IllegalArgumentException("it has no array of keys");
    }
    if (set.size() > KEYS_MAX) {
      throw new IllegalArgumentException("it has more than " + KEYS_MAX + " keys");
    }
    List<VerificationKey> usable = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      try {
        VerificationKey key = VerificationKey.of(set.get(i));
        if (key.kid() != null && find(usable, key.kid(), key.alg()) != null) {
          throw new IllegalArgumentException("an earlier key has its kid and alg");
        }
        usable.add(key);
      } catch (IllegalArgumentException e) {
        LOG.warn("Key {} of the JWK set is not used: {}", i, e.getMessage());
      }
    }
    if (usable.isEmpty()) {
      LOG.warn("The JWK set has no usable key: external tokens are refused");
    }
    return new ExternalKeys(usable);
  }

  int size() {
    return keys.size();
  }

  /** Says whether some key has this id, for whatever algorithm. */
  boolean knows(String kid) {
    return keys.stream().anyMatch(key -> kid.equals(key.kid()));
  }

  /**
   * The one key that a token with this header may be checked with, or null. A token without {@code
   * kid} gets one only where a single key has its algorithm: trying several would let each stand
   * for all.
   */
  @Nullable VerificationKey find(@Nullable String kid, String alg) {
    if (kid != null) {
      return find(keys, kid, alg);
    }
    List<VerificationKey> fitting = keys.stream().filter(k -> k.alg().equals(alg)).toList();
    return fitting.size() == 1 ? fitting.get(0) : null;
  }

  @Override
  public String toString() {
    return keys.size() + " external keys";
  }

  private static @Nullable VerificationKey find(
      List<VerificationKey> keys, String kid, String alg) {
    for (VerificationKey key : keys) {
      if (kid.equals(key.kid()) && alg.equals(key.alg())) {
        return key;
      }
    }
    return null;
  }
}
