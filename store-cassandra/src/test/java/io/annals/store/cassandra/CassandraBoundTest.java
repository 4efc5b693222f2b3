package io.annals.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.model.Event;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.annals.tck.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** How much may be under way, and how much goes into one batch. */
final class CassandraBoundTest {
  private static final CassandraAppend APPEND = new CassandraAppend(1, Long.MAX_VALUE);

  private final CassandraBound bound = new CassandraBound(new SimpleMeterRegistry());

  @Test
  void lists_areLetInUpToABoundOfRows() {
    List<CassandraRow> list = rows(20_000, 1);
    bound.admit(list);
    bound.admit(list);
    refuses(list, Kind.OVERLOADED);
    bound.release(list);
    bound.admit(list);
  }

  @Test
  void lists_areLetInUpToABoundOfBytes() {
    List<CassandraRow> list = rows(200, 100_000);
    bound.admit(list);
    refuses(list, Kind.OVERLOADED);
    bound.admit(rows(200, 10));
  }

  @Test
  void list_isNeverTooLong_whenNothingIsUnderWay() {
    bound.admit(rows(60_000, 1));
    refuses(rows(1, 1), Kind.OVERLOADED);
  }

  @Test
  void closed_letsNothingIn_andWaitsForWhatIsUnderWay() {
    List<CassandraRow> list = rows(10, 1);
    bound.admit(list);
    assertThat(bound.close().isComplete()).isFalse();
    refuses(list, Kind.UNAVAILABLE);
    bound.release(list);
    assertThat(bound.close().succeeded()).isTrue();
  }

  @Test
  void batch_isBoundedInRowsAndBytes_andHoldsOneRowAtLeast() {
    CassandraPartition partition =
        new CassandraPartition(
            new CassandraToken(Samples.tenant(), UUID.randomUUID()),
            CassandraBucket.covering(CassandraLevel.DAY, 0));
    rows(250, 1).forEach(partition::add);
    assertThat(partition.take(100, 40_000)).hasSize(100);
    assertThat(partition.take(100, 40_000)).hasSize(100);
    assertThat(partition.take(100, 40_000)).hasSize(50);
    assertThat(partition.isWaiting()).isFalse();
    assertThat(rows(30, 10_000).stream().map(partition::add)).startsWith(true, false);
    assertThat(partition.take(100, 40_000)).hasSize(3);
    assertThat(partition.take(100, 1)).hasSize(1);
  }

  private void refuses(List<CassandraRow> list, Kind kind) {
    assertThatThrownBy(() -> bound.admit(list))
        .asInstanceOf(InstanceOfAssertFactories.throwable(StoreException.class))
        .extracting(StoreException::kind)
        .isEqualTo(kind);
  }

  private static List<CassandraRow> rows(int count, int pathLength) {
    Object[] values = {
      UUID.randomUUID(), null, "GET", "x".repeat(pathLength), 200, null, null, null
    };
    CassandraRow row = new CassandraRow(APPEND, new Event(0, UUID.randomUUID(), values), 1);
    return Stream.generate(() -> row).limit(count).toList();
  }
}
