package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import io.annals.store.ActivityPolicy;

/** What events are found by. */
record CassandraTables(CassandraIndex index, CassandraEvents events, CassandraDigests digests) {

  /** Prepares their statements; blocks. */
  static CassandraTables of(
      CqlSession session, ActivityPolicy policy, CassandraWorkers digestReaders) {
    return new CassandraTables(
        new CassandraIndex(session, policy),
        new CassandraEvents(session),
        new CassandraDigests(session, policy, digestReaders));
  }
}
