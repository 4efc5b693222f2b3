package io.annals.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.TimeRange;
import io.annals.search.Digest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How events are divided into the strips of a digest. */
final class CassandraStripsTest {
  private static final long END = 1_000_000;
  private final Random random = new Random(1);

  @Test
  void strips_ofAnyEvents_holdEachWhereItWasPut() {
    for (int count : new int[] {1, 63, 64, 65, 200, 5_000}) {
      for (int spread : new int[] {1, 50, (int) END}) {
        long[] newestFirst = descending(count, spread);
        CassandraStrips.Builder builder = new CassandraStrips.Builder(END, count);
        int[] strips = Arrays.stream(newestFirst).mapToInt(builder::next).toArray();
        CassandraStrips built = builder.build();
        assertThat(built.startsMillis()).hasSizeLessThanOrEqualTo(Digest.STRIPS_MAX);
        for (int i = 0; i < count; i++) {
          assertThat(built.at(newestFirst[i])).isEqualTo(strips[i]);
          long millis = newestFirst[i];
          assertThat(built.times(1L << strips[i]).newestFirst())
              .anyMatch(range -> range.contains(millis));
        }
      }
    }
  }

  @Test
  void strips_ofManyEvents_haveAboutEqualNumbers() {
    CassandraStrips.Builder builder = new CassandraStrips.Builder(END, 6_400);
    int[] events = new int[Digest.STRIPS_MAX];
    for (long millis : descending(6_400, (int) END)) {
      events[builder.next(millis)]++;
    }
    assertThat(Arrays.stream(events)).allMatch(number -> number >= 90 && number <= 110);
  }

  @Test
  void times_ofNeighbours_areOneStretch() {
    CassandraStrips strips = new CassandraStrips(100, List.of(90L, 70L, 40L, 10L));
    assertThat(strips.times(0b0011).newestFirst()).containsExactly(new TimeRange(70, 100));
    assertThat(strips.times(0b1011).newestFirst())
        .containsExactly(new TimeRange(70, 100), new TimeRange(10, 40));
    assertThat(strips.times(0).isEmpty()).isTrue();
    assertThat(strips.times(-1).newestFirst()).containsExactly(new TimeRange(10, 100));
  }

  @Test
  void strips_ofSpans_areHoursAndMinutes() {
    CassandraBucket day = CassandraBucket.covering(CassandraLevel.DAY, 0);
    CassandraStrips hours = CassandraStrips.ofSpan(day);
    assertThat(hours.at(0)).isEqualTo(23);
    assertThat(hours.times(1).newestFirst())
        .containsExactly(new TimeRange(23 * 3_600_000L, 24 * 3_600_000L));
    CassandraBucket hour = CassandraBucket.covering(CassandraLevel.HOUR, 0);
    assertThat(CassandraStrips.ofSpan(hour).at(59 * 60_000L)).isZero();
  }

  private long[] descending(int count, int spread) {
    long[] ascending =
        LongStream.generate(() -> random.nextInt(spread)).limit(count).sorted().toArray();
    return LongStream.range(0, count).map(i -> ascending[count - 1 - (int) i]).toArray();
  }
}
