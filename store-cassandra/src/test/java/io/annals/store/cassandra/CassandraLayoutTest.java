package io.annals.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CassandraLayoutTest {
  private static final long NOW = 1_767_225_600_000L;
  private static final long HOUR = TimeUnit.HOURS.toMillis(1);
  private static final long DAY = TimeUnit.DAYS.toMillis(1);
  private static final long ANY_VIEW = Long.MIN_VALUE;
  private static final int ROW = CassandraFill.ROW_BYTES_MIN;

  private final CassandraLayout<CassandraFill> layout = new CassandraLayout<>(CassandraFill::new);

  @BeforeEach
  void readTop() {
    layout.learn(CassandraFloor.TOP, List.of(), NOW);
  }

  @Test
  void firstRow_opensTheCoarsestBucket() {
    assertThat(place(NOW)).isEqualTo(CassandraBucket.covering(CassandraLevel.MONTH, NOW));
  }

  @Test
  void rows_stayInOneBucket_untilItIsFull() {
    Set<CassandraBucket> buckets = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      buckets.add(place(NOW + i));
    }
    assertThat(buckets).hasSize(1);
    assertThat(place(NOW + 10_000)).isNotIn(buckets);
  }

  @Test
  void largeRows_fillABucketSooner() {
    for (int i = 0; i < 100; i++) {
      layout.place(NOW + i, 32_000);
    }
    assertThat(place(NOW + 100).level()).isNotEqualTo(CassandraLevel.MONTH);
  }

  @Test
  void nextBucket_isAsWideAsRowsAreDense() {
    assertThat(levelAfterRows(20_000.0)).isEqualTo(CassandraLevel.SECOND);
    assertThat(levelAfterRows(100.0)).isEqualTo(CassandraLevel.HALF_MINUTE);
    assertThat(levelAfterRows(10.0)).isEqualTo(CassandraLevel.FIVE_MINUTES);
    assertThat(levelAfterRows(1.0)).isEqualTo(CassandraLevel.HOUR);
    assertThat(levelAfterRows(0.01)).isEqualTo(CassandraLevel.DAY);
  }

  @Test
  void slowerRows_openWiderBucketsAgain() {
    long millis = fill(layout, NOW, 20_000.0, 40_000);
    millis = fill(layout, millis, 10, 100);
    assertThat(place(millis + 100).level()).isEqualTo(CassandraLevel.FIVE_MINUTES);
  }

  @Test
  void lateRows_doNotWidenTheBucketsOfLiveOnes() {
    long millis = fill(layout, NOW, 20_000.0, 40_000);
    place(millis - DAY);
    assertThat(place(millis + 1_000).level()).isEqualTo(CassandraLevel.SECOND);
  }

  @Test
  void rowsInAnyOrder_areNeverPlacedInACoarserBucketThanOneThatIsKnown() {
    Random random = new Random(11);
    Set<CassandraBucket> known = new HashSet<>();
    for (int i = 0; i < 200_000; i++) {
      long millis = NOW - (long) (random.nextDouble() * random.nextDouble() * DAY);
      CassandraBucket bucket = place(millis);
      known.add(bucket);
      for (CassandraLevel level : CassandraLevel.values()) {
        if (level.isFinerThan(bucket.level())) {
          assertThat(known).doesNotContain(CassandraBucket.covering(level, millis));
        }
      }
    }
    assertThat(known).hasSizeLessThan(200);
  }

  @Test
  void bucketOfAnotherServer_isUsed() {
    CassandraBucket day = CassandraBucket.covering(CassandraLevel.DAY, NOW);
    layout.learn(CassandraFloor.TOP, List.of(bucket(day)), NOW);
    assertThat(place(NOW)).isEqualTo(day);
  }

  @Test
  void coarseBucketThatOthersSplit_takesNothingFurther() {
    CassandraBucket month = CassandraBucket.covering(CassandraLevel.MONTH, NOW);
    CassandraBucket day = CassandraBucket.covering(CassandraLevel.DAY, NOW);
    layout.learn(CassandraFloor.TOP, List.of(bucket(month), bucket(day)), NOW);
    assertThat(place(NOW)).isEqualTo(day);
    assertThat(place(day.endMillis()))
        .isEqualTo(CassandraBucket.covering(CassandraLevel.DAY, day.endMillis()));
  }

  @Test
  void afterARestart_bucketsAreAsWideAsBefore() {
    CassandraBucket month = CassandraBucket.covering(CassandraLevel.MONTH, NOW);
    CassandraBucket day = CassandraBucket.covering(CassandraLevel.DAY, NOW);
    CassandraBucket hour = CassandraBucket.covering(CassandraLevel.HOUR, NOW);
    CassandraBucket second = CassandraBucket.covering(CassandraLevel.SECOND, NOW);
    layout.learn(CassandraFloor.TOP, List.of(bucket(month), span(day)), NOW);
    layout.learn(new CassandraFloor(day), List.of(span(hour)), NOW);
    layout.learn(new CassandraFloor(hour), List.of(bucket(second)), NOW);
    assertThat(place(NOW + 5_000).level()).isEqualTo(CassandraLevel.SECOND);
  }

  @Test
  void floors_areReadFromTheTopDown_asFarAsThereAreSpans() {
    CassandraBucket day = CassandraBucket.covering(CassandraLevel.DAY, NOW);
    CassandraBucket hour = CassandraBucket.covering(CassandraLevel.HOUR, NOW);
    CassandraLayout<CassandraFill> fresh = new CassandraLayout<>(CassandraFill::new);
    assertThat(fresh.missing(NOW, ANY_VIEW)).isEqualTo(CassandraFloor.TOP);
    fresh.learn(CassandraFloor.TOP, List.of(span(day)), NOW);
    assertThat(fresh.missing(NOW, ANY_VIEW)).isEqualTo(new CassandraFloor(day));
    assertThat(fresh.missing(NOW + DAY, ANY_VIEW)).isNull();
    fresh.learn(new CassandraFloor(day), List.of(span(hour)), NOW);
    assertThat(fresh.missing(NOW, ANY_VIEW)).isEqualTo(new CassandraFloor(hour));
    assertThat(fresh.missing(NOW + HOUR, ANY_VIEW)).isNull();
    fresh.learn(new CassandraFloor(hour), List.of(), NOW);
    assertThat(fresh.missing(NOW, ANY_VIEW)).isNull();
  }

  @Test
  void viewThatIsTooOld_isReadAgain() {
    assertThat(layout.missing(NOW, NOW)).isNull();
    assertThat(layout.missing(NOW, NOW + 1)).isEqualTo(CassandraFloor.TOP);
  }

  @Test
  void whatIsRemembered_isBounded_andTheTopStays() {
    long millis = NOW;
    for (int i = 0; i < 30_000; i++, millis += 1_000) {
      assertThat(layout.missing(millis, ANY_VIEW)).isNull();
      layout.place(millis, CassandraFill.BYTES_MAX);
    }
    assertThat(layout.size()).isLessThan(15_000);
    assertThat(layout.missing(NOW, ANY_VIEW)).isNotNull().isNotEqualTo(CassandraFloor.TOP);
  }

  @Test
  void bucketsThatAreOver_areForgotten_andReadAgainForLateRows() {
    long now = CassandraLevel.HOUR.startOf(NOW) + HOUR - 1_000;
    for (long millis = now - HOUR / 2; millis <= now; millis += 1_000) {
      layout.place(millis, CassandraFill.BYTES_MAX);
    }
    layout.forgetPast(now - 10_000, NOW);
    assertThat(layout.size()).as("what was read in time is kept").isGreaterThan(1_000);
    layout.forgetPast(now - 10_000, now - 15_000);
    assertThat(layout.size()).isLessThan(20);
    assertThat(layout.missing(now, ANY_VIEW)).isNull();
    assertThat(layout.place(now - 9_000, ROW).bucket())
        .isEqualTo(CassandraBucket.covering(CassandraLevel.SECOND, now - 9_000));
    assertThat(layout.missing(now - 11_000, now - 15_000)).isEqualTo(CassandraFloor.TOP);
  }

  @Test
  void spansThatGoOn_areNotForgotten() {
    CassandraBucket day = CassandraBucket.covering(CassandraLevel.DAY, NOW);
    CassandraBucket hour = CassandraBucket.covering(CassandraLevel.HOUR, NOW);
    layout.learn(CassandraFloor.TOP, List.of(span(day)), NOW - HOUR);
    layout.learn(new CassandraFloor(day), List.of(span(hour)), NOW - HOUR);
    layout.forgetPast(NOW, NOW);
    assertThat(layout.missing(NOW, ANY_VIEW)).isEqualTo(new CassandraFloor(hour));
    layout.forgetPast(hour.endMillis(), NOW);
    assertThat(layout.missing(NOW + HOUR, ANY_VIEW)).isNull();
    assertThat(layout.size()).as("the day").isEqualTo(1);
  }

  private static CassandraLevel levelAfterRows(double perSecond) {
    CassandraLayout<CassandraFill> fresh = new CassandraLayout<>(CassandraFill::new);
    fresh.learn(CassandraFloor.TOP, List.of(), NOW);
    long begin = CassandraLevel.MONTH.startOf(NOW);
    long millis = fill(fresh, begin, perSecond, 10_000);
    return fresh.place(millis, ROW).bucket().level();
  }

  private static long fill(
      CassandraLayout<CassandraFill> into, long fromMillis, double perSecond, int rows) {
    for (int i = 0; i < rows; i++) {
      into.place(fromMillis + (long) (i * 1000 / perSecond), ROW);
    }
    return fromMillis + (long) (rows * 1000 / perSecond);
  }

  private CassandraBucket place(long millis) {
    return layout.place(millis, ROW).bucket();
  }

  private static CassandraEntry bucket(CassandraBucket bucket) {
    return new CassandraEntry(bucket, false, CassandraEntry.NO_CHANGE, CassandraEntry.Sum.NONE);
  }

  private static CassandraEntry span(CassandraBucket span) {
    return new CassandraEntry(span, true, CassandraEntry.NO_CHANGE, CassandraEntry.Sum.NONE);
  }
}
