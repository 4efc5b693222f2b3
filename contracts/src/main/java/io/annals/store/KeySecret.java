package io.annals.store;

import io.vertx.core.buffer.Buffer;

/**
 * What is kept of a key's secret.
 *
 * @param keyPrefix how it begins, which names it; unique in the installation
 * @param sha256 the SHA-256 of the whole secret, 32 bytes. The secret has 256 random bits: there is
 *     nothing to guess that a slow hash would have to protect.
 */
public record KeySecret(String keyPrefix, Buffer sha256) {
  /** Shows no hash. */
  @Override
  public String toString() {
    return "KeySecret[" + keyPrefix + "]";
  }
}
