package io.annals.store.cassandra;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.annals.metrics.Bounds;
import io.annals.model.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.UUID;

/** What is remembered of the tokens written to last. What is forgotten is read again. */
final class CassandraTokens {
  /** A token, its place in the cache, and its top floor. */
  private static final int TOKEN_BYTES = 1_500;

  private static final int ENTRY_BYTES = 400;

  /** A share of the heap that leaves room for rows and for pages. */
  private static final long BYTES_MAX = Runtime.getRuntime().maxMemory() / 16;

  private final Cache<CassandraToken, CassandraTokenRows> tokens =
      Caffeine.newBuilder()
          .maximumWeight(BYTES_MAX)
          .weigher((CassandraToken token, CassandraTokenRows rows) -> bytes(rows.entries()))
          .executor(Runnable::run)
          .build();

  CassandraTokens(MeterRegistry meters) {
    Bounds.cache(
        meters,
        "cassandra_tokens",
        "bytes",
        BYTES_MAX,
        tokens.policy().eviction().orElseThrow(),
        eviction -> eviction.weightedSize().orElse(0));
  }

  private static int bytes(int entries) {
    return TOKEN_BYTES + entries * ENTRY_BYTES;
  }

  CassandraTokenRows of(TenantId tenant, UUID token) {
    return tokens.get(new CassandraToken(tenant, token), CassandraTokenRows::new);
  }

  /** Weighs a token anew, as more is known of it. */
  void grown(CassandraTokenRows rows) {
    tokens.put(rows.token(), rows);
  }
}
