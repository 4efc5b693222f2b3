package io.annals.embedded;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a node stands in its cluster.
 *
 * @param address where it listens
 * @param seed the address of the node that it hears of the others from
 * @param token where its part of the ring ends
 * @param jvmOptions the name of the file with the options that suit this
 */
record CassandraPlace(String address, String seed, long token, String jvmOptions) {
  static final CassandraPlace ALONE =
      new CassandraPlace("127.0.0.1", "127.0.0.1", 0, "cassandra-alone.options");

  /** The places of a cluster, on 127.0.0.1 and the addresses that follow, with equal parts. */
  static List<CassandraPlace> ring(int nodes) {
    long part = Long.divideUnsigned(-1, nodes);
    return IntStream.range(0, nodes)
        .mapToObj(
            i ->
                new CassandraPlace(
                    "127.0.0." + (i + 1),
                    "127.0.0.1",
                    Long.MIN_VALUE + 1 + i * part,
                    "cassandra-cluster.options"))
        .toList();
  }
}
