package io.annals.store.cassandra;

/** Is told of what is to be summed up, or given a digest, once it is over. */
interface CassandraUnsettled {
  /** Notes a bucket or span; cheap, and from any thread. */
  void met(CassandraToken token, CassandraBucket bucket, boolean isSpan);
}
