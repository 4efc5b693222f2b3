package io.annals.store.cassandra;

import io.annals.search.Digest;
import io.annals.search.SearchTerm;
import java.util.UUID;

/**
 * The digest of a bucket or of a span's floor.
 *
 * @param of the value of {@code changed} that it was made from
 */
record CassandraDigest(UUID of, CassandraStrips strips, Digest digest) {
  /** A bucket or span with fewer events is read sooner than its digest. */
  static final int EVENTS_MIN = 200;

  /** The times in which a value with this term occurs. */
  CassandraTimes matching(SearchTerm term) {
    return strips.times(digest.strips(term));
  }
}
