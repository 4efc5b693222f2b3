package io.annals.store.cassandra;

import static io.annals.store.cassandra.CassandraLayoutSimulation.Outcome.quantile;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.store.cassandra.CassandraLayoutSimulation.Outcome;
import org.junit.jupiter.api.Test;

final class CassandraLayoutSimulationTest {
  private static final Outcome OUTCOME = new CassandraLayoutSimulation(400, 12_000, 7).run();

  @Test
  void partitions_stayBounded() {
    assertThat(quantile(OUTCOME.partitionRows(), 0.999)).isLessThan(50_000);
    assertThat(quantile(OUTCOME.partitionRows(), 0.5)).isGreaterThan(200);
    assertThat(quantile(OUTCOME.floorRows(), 1)).isLessThan(10_000);
  }

  @Test
  void page_opensFewPartitions() {
    assertThat(quantile(OUTCOME.pagePartitions(), 0.99)).isLessThanOrEqualTo(8);
  }
}
