package io.annals.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ActivityPosition;
import io.annals.model.TimeRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Sets of stretches of time. */
final class CassandraTimesTest {
  private static final int END = 64;
  private final Random random = new Random(1);

  @Test
  void and_holdsWhatBothHold() {
    for (int i = 0; i < 500; i++) {
      BitSet a = millis();
      BitSet b = millis();
      CassandraTimes both = times(a).and(times(b));
      a.and(b);
      assertThat(millis(both)).isEqualTo(a);
      assertThat(both.newestFirst())
          .allMatch(range -> range.fromMillis() < range.toMillis())
          .isSortedAccordingTo((x, y) -> Long.compare(y.fromMillis(), x.toMillis() - 1));
    }
  }

  @Test
  void of_anEmptyStretch_isEmpty() {
    assertThat(CassandraTimes.of(7, 7).isEmpty()).isTrue();
    assertThat(CassandraTimes.of(8, 7).isEmpty()).isTrue();
    assertThat(CassandraTimes.of(7, 8).isEmpty()).isFalse();
  }

  @Test
  void bound_isTheLowerOfPositionAndEnd() {
    CassandraTimes times = CassandraTimes.of(10, 20);
    assertThat(times.bound(ActivityPosition.TOP)).isEqualTo(ActivityPosition.before(20));
    ActivityPosition inside = new ActivityPosition(15, new UUID(1, 1), new UUID(2, 2));
    assertThat(times.bound(inside)).isEqualTo(inside);
  }

  private BitSet millis() {
    BitSet millis = new BitSet(END);
    for (int i = random.nextInt(6); i > 0; i--) {
      int from = random.nextInt(END);
      millis.set(from, from + random.nextInt(END - from));
    }
    return millis;
  }

  private static CassandraTimes times(BitSet millis) {
    List<TimeRange> ranges = new ArrayList<>();
    for (int from = millis.nextSetBit(0); from >= 0; ) {
      int to = millis.nextClearBit(from);
      ranges.add(new TimeRange(from, to));
      from = millis.nextSetBit(to);
    }
    Collections.reverse(ranges);
    return new CassandraTimes(ranges);
  }

  private static BitSet millis(CassandraTimes times) {
    BitSet millis = new BitSet(END);
    times.newestFirst().forEach(r -> millis.set((int) r.fromMillis(), (int) r.toMillis()));
    return millis;
  }
}
