package io.annals.store.cassandra;

/** What events are found by, and who is told of what should be found faster. */
record CassandraTables(
    CassandraIndex index,
    CassandraEvents events,
    CassandraDigests digests,
    CassandraUnsettled unsettled) {}
