package io.annals.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.tck.Samples;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class CassandraMarksTest {
  private static final long NOW = 1_767_225_600_000L;

  private final CassandraToken token = new CassandraToken(Samples.tenant(), UUID.randomUUID());
  private final List<CassandraBucket> marked = new ArrayList<>();
  private final List<Promise<Void>> writes = new ArrayList<>();
  private final CassandraMarks marks =
      new CassandraMarks(
          (of, bucket, isSpan) -> {
            marked.add(bucket);
            Promise<Void> write = Promise.promise();
            writes.add(write);
            return write.future();
          });
  private final CassandraBucket day = CassandraBucket.covering(CassandraLevel.DAY, NOW);

  @Test
  void whoeverAsksWhileOneIsUnderWay_sharesTheNext() {
    Future<Void> first = mark(day);
    List<Future<Void>> later = List.of(mark(day), mark(day), mark(day));
    assertThat(writes).hasSize(1);
    writes.get(0).complete();
    assertThat(first.succeeded()).isTrue();
    assertThat(later).noneMatch(Future::isComplete);
    assertThat(writes).hasSize(2);
    writes.get(1).complete();
    assertThat(later).allMatch(Future::succeeded);
    mark(day);
    assertThat(writes).hasSize(3);
  }

  @Test
  void failure_failsThoseWhoSharedIt_andNoOther() {
    Future<Void> first = mark(day);
    Future<Void> second = mark(day);
    writes.get(0).fail("no");
    writes.get(1).complete();
    assertThat(first.failed()).isTrue();
    assertThat(second.succeeded()).isTrue();
  }

  @Test
  void spansAboveABucket_areMarkedOnceTheyEnded() {
    CassandraBucket second = CassandraBucket.covering(CassandraLevel.SECOND, NOW);
    marks.mark(token, second, NOW);
    assertThat(marked).isEmpty();
    marks.mark(token, second, second.endMillis());
    assertThat(marked).containsExactly(second);
    marked.clear();
    marks.mark(token, CassandraBucket.covering(CassandraLevel.HOUR, NOW), day.endMillis());
    assertThat(marked).containsExactly(CassandraBucket.covering(CassandraLevel.HOUR, NOW), day);
  }

  private Future<Void> mark(CassandraBucket bucket) {
    return marks.mark(token, bucket, Long.MAX_VALUE);
  }
}
