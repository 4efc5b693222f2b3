package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.annals.metrics.Bounds;
import io.annals.search.DamagedDigestException;
import io.annals.search.Digest;
import io.annals.store.ActivityPolicy;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the digests of what is settled. A digest that is gone only makes searches slower. */
final class CassandraDigests {
  private static final Logger LOG = LoggerFactory.getLogger(CassandraDigests.class);

  /** What the digests that were read last may take in memory. */
  private static final int CACHE_BYTES_MAX = 16 << 20;

  private static final int ENTRY_BYTES = 1_000;

  private static final String READ =
      """
      SELECT made_from, strips, digest FROM activity_digest
      WHERE tenant_id = ? AND token_id = ? AND level = ? AND start = ? AND is_span = ?""";

  private static final String WRITE =
      """
      INSERT INTO activity_digest
        (tenant_id, token_id, level, start, is_span, made_from, strips, digest)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?""";

  private record Key(CassandraToken token, CassandraBucket bucket, boolean isSpan, UUID of) {}

  private final CassandraQueries queries;
  private final ActivityPolicy policy;
  private final CassandraWorkers workers;
  private final PreparedStatement read;
  private final PreparedStatement write;
  private final Cache<Key, CassandraDigest> cache =
      Caffeine.newBuilder()
          .maximumWeight(CACHE_BYTES_MAX)
          .weigher((Key key, CassandraDigest digest) -> ENTRY_BYTES + digest.digest().sizeBytes())
          .build();

  /** Prepares its statements; blocks. */
  CassandraDigests(CassandraQueries queries, ActivityPolicy policy, CassandraWorkers workers) {
    this.policy = policy;
    this.workers = workers;
    this.queries = queries.of("digest");
    read = queries.prepare(READ);
    write = queries.prepare(WRITE);
    Bounds.cache(
        queries.meters(),
        "cassandra_digests",
        "bytes",
        CACHE_BYTES_MAX,
        cache.policy().eviction().orElseThrow(),
        eviction -> eviction.weightedSize().orElse(0));
  }

  /** The digest that goes with the sum of an entry; empty if there is none. */
  Future<Optional<CassandraDigest>> find(CassandraToken token, CassandraEntry entry) {
    Key key = new Key(token, entry.bucket(), entry.isSpan(), entry.settled().of());
    CassandraDigest known = cache.getIfPresent(key);
    if (known != null) {
      return Future.succeededFuture(Optional.of(known));
    }
    return workers.map(
        queries.page(
            read.bind(
                token.tenant().value(),
                token.id(),
                entry.bucket().level().stored(),
                Instant.ofEpochMilli(entry.bucket().startMillis()),
                entry.isSpan())),
        page -> {
          Optional<CassandraDigest> found =
              Optional.ofNullable(page.one())
                  .filter(row -> entry.settled().of().equals(row.getUuid(0)))
                  .flatMap(row -> decode(entry.bucket(), row));
          found.ifPresent(digest -> cache.put(key, digest));
          return found;
        });
  }

  /** Keeps a digest for as long as the entry that it goes with. */
  Future<Void> write(
      CassandraToken token, CassandraBucket bucket, boolean isSpan, CassandraDigest digest) {
    return queries.run(
        write.bind(
            token.tenant().value(),
            token.id(),
            bucket.level().stored(),
            Instant.ofEpochMilli(bucket.startMillis()),
            isSpan,
            digest.of(),
            digest.strips().startsMillis().stream().map(Instant::ofEpochMilli).toList(),
            ByteBuffer.wrap(digest.digest().encode()),
            CassandraTtl.ofEntry(policy, bucket)));
  }

  private static Optional<CassandraDigest> decode(CassandraBucket bucket, Row row) {
    List<Instant> strips = Objects.requireNonNull(row.getList(1, Instant.class));
    ByteBuffer bytes = Objects.requireNonNull(row.getByteBuffer(2));
    byte[] encoded = new byte[bytes.remaining()];
    bytes.get(encoded);
    try {
      return Optional.of(
          new CassandraDigest(
              Objects.requireNonNull(row.getUuid(0)),
              new CassandraStrips(
                  bucket.endMillis(), strips.stream().map(Instant::toEpochMilli).toList()),
              Digest.decode(encoded)));
    } catch (DamagedDigestException e) {
      LOG.warn("The digest of {} is damaged and left aside", bucket, e);
      return Optional.empty();
    }
  }
}
