package io.annals.tck;

import io.annals.model.ApiToken;
import io.annals.model.ServiceAccount;
import io.annals.store.Act;
import io.annals.store.KeySecret;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Accounts, tokens and secrets; their prefixes are nobody else's. */
public final class KeySamples {
  private final Random random;

  /** Samples of which all but ids and prefixes follow from this seed. */
  public KeySamples(long seed) {
    random = new Random(seed);
  }

  /** From 0 to less than the bound. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** An account, with or without a description. */
  public ServiceAccount account(long createdAtMillis) {
    String description = random.nextBoolean() ? "what it is \"for\" 😀" : null;
    return new ServiceAccount(
        UUID.randomUUID(), "account " + below(3), description, createdAtMillis, "someone");
  }

  /** A secret and what is kept of it. */
  public KeySecret secret() {
    byte[] sha256 = new byte[32];
    random.nextBytes(sha256);
    return new KeySecret("annals_" + UUID.randomUUID(), Buffer.buffer(sha256));
  }

  /** An account's token that has this secret. */
  public ApiToken tokenOf(
      UUID accountId, KeySecret secret, long createdAtMillis, @Nullable Long expiresAtMillis) {
    return token(secret, accountId, null, createdAtMillis, expiresAtMillis);
  }

  /** A user's token that has this secret. */
  public ApiToken tokenOfUser(
      KeySecret secret, long createdAtMillis, @Nullable Long expiresAtMillis) {
    return token(secret, null, "user " + below(3), createdAtMillis, expiresAtMillis);
  }

  private ApiToken token(
      KeySecret secret,
      @Nullable UUID accountId,
      @Nullable String userId,
      long createdAtMillis,
      @Nullable Long expiresAtMillis) {
    List<String> scopes = List.of("audit:read", "activity:read", "keys:write").subList(0, below(4));
    return new ApiToken(
        UUID.randomUUID(),
        "token " + below(3),
        secret.keyPrefix(),
        scopes,
        accountId,
        userId,
        createdAtMillis,
        "someone",
        expiresAtMillis,
        null,
        null);
  }

  /** Somebody's act, with or without a request and an address. */
  public Act act(long atMillis) {
    return new Act(
        "someone " + below(3),
        random.nextBoolean() ? "request " + below(100) : null,
        null,
        random.nextBoolean() ? "192.0.2." + below(100) : null,
        atMillis);
  }
}
