package io.annals.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import io.annals.limits.LimitSettings.Rates;
import io.annals.metrics.Bounds;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The quotas of all who are held to the same rates. They are forgotten when they have been full
 * again for certain, so that being forgotten gains nobody anything, and beyond a bound of memory,
 * where the busy ones stay (Caffeine's W-TinyLFU).
 *
 * @param <K> who has a quota
 */
final class Quotas<K> implements MeterBinder {
  /** Some 14,000 of them. */
  private static final long BYTES_MAX = 8 * 1024 * 1024;

  /** An entry of the cache, two quotas with their buckets. */
  private static final int ENTRY_BYTES = 600;

  /** The largest batch that the documents allow: so much may be owed at most. */
  private static final int BATCH_MAX = 1000;

  /** One's quotas; empty where there is no limit. */
  record Pair(List<Quota> requests, List<Quota> events) {}

  private final String owner;
  private final Optional<Policy> requests;
  private final Optional<Policy> events;
  private final TimeMeter clock;
  private final Cache<K, Pair> pairs;

  /**
   * Quotas by these settings.
   *
   * @param owner whose they are, for the names of the policies
   * @param keyBytes how much memory a key takes
   */
  Quotas(String owner, Rates rates, int burstSeconds, TimeMeter clock, Weigher<K, Pair> keyBytes) {
    this.owner = owner;
    requests = policy(owner, "requests", rates.requestsPerSecond(), burstSeconds);
    events = policy(owner, "events", rates.eventsPerSecond(), burstSeconds);
    this.clock = clock;
    pairs =
        Caffeine.newBuilder()
            .maximumWeight(BYTES_MAX)
            .weigher((K key, Pair pair) -> ENTRY_BYTES + keyBytes.weigh(key, pair))
            .expireAfterAccess(Duration.ofSeconds(refillSeconds()))
            .ticker(clock::currentTimeNanos)
            .build();
  }

  private static Optional<Policy> policy(
      String owner, String unit, int perSecond, int burstSeconds) {
    return perSecond == 0
        ? Optional.empty()
        : Optional.of(new Policy(owner + "-" + unit, unit, perSecond, burstSeconds));
  }

  /** The longest time from the deepest debt to a full bucket. */
  private long refillSeconds() {
    return policies()
        .mapToLong(policy -> policy.windowSeconds() + BATCH_MAX / policy.perSecond() + 1)
        .max()
        .orElse(1);
  }

  Stream<Policy> policies() {
    return Stream.of(requests, events).flatMap(Optional::stream);
  }

  Pair of(K key) {
    return pairs.get(key, absent -> new Pair(quotas(requests), quotas(events)));
  }

  private List<Quota> quotas(Optional<Policy> policy) {
    return policy.map(known -> List.of(new Quota(known, clock))).orElse(List.of());
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    Bounds.cache(
        meters,
        "quotas_" + owner,
        "bytes",
        BYTES_MAX,
        pairs.policy().eviction().orElseThrow(),
        eviction -> eviction.weightedSize().orElse(0));
  }

  long size() {
    pairs.cleanUp();
    return pairs.estimatedSize();
  }
}
