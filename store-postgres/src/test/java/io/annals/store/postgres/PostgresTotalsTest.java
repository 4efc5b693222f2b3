package io.annals.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.AuditStreams;
import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.NewEvent;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.tck.Samples;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arithmetic of the totals: cells and stretches against counting. */
final class PostgresTotalsTest {
  private static final EventStream STREAM = AuditStreams.CREDENTIAL_AUDIT;
  private static final TenantId TENANT = new TenantId(new UUID(0, 1));
  private static final long HOUR = PostgresTotals.HOUR_MILLIS;
  private static final int[] ALL_FACETS = STREAM.facets().matching(Map.of());

  private record Cell(short level, long hour) {}

  /** What the table of totals would hold. */
  private final Map<Cell, long[]> cells = new HashMap<>();

  private final List<Event> events = new ArrayList<>();

  private void add(List<Event> batch) {
    events.addAll(batch);
    Tuple parameters = PostgresTotals.additions(TENANT, STREAM, 0, batch);
    Short[] levels = (Short[]) parameters.getValue(3);
    Long[] hours = (Long[]) parameters.getValue(4);
    Long[] counts = (Long[]) parameters.getValue(5);
    int facets = parameters.getInteger(6);
    assertThat(counts).hasSize(levels.length * facets);
    for (int n = 0; n < levels.length; n++) {
      long[] cell = cells.computeIfAbsent(new Cell(levels[n], hours[n]), c -> new long[facets]);
      for (int facet = 0; facet < facets; facet++) {
        cell[facet] += counts[n * facets + facet];
      }
    }
  }

  /** What the statement would answer: the cells of the stretches, and the edges by row. */
  private long total(TimeRange range, int[] facets) {
    Tuple parameters = PostgresTotals.readParameters(TENANT, STREAM, facets, range);
    Short[] levels = (Short[]) parameters.getValue(3);
    Long[] firsts = (Long[]) parameters.getValue(4);
    Long[] pasts = (Long[]) parameters.getValue(5);
    assertThat(levels.length).as("stretches of %s", range).isLessThanOrEqualTo(11);
    long total = 0;
    for (int n = 0; n < levels.length; n++) {
      for (Map.Entry<Cell, long[]> entry : cells.entrySet()) {
        Cell cell = entry.getKey();
        if (cell.level() == levels[n] && cell.hour() >= firsts[n] && cell.hour() < pasts[n]) {
          total += Arrays.stream(facets).mapToLong(facet -> entry.getValue()[facet]).sum();
        }
      }
    }
    if (PostgresTotals.hasEdges(range)) {
      TimeRange low = new TimeRange(parameters.getLong(6), parameters.getLong(7));
      TimeRange high = new TimeRange(parameters.getLong(8), parameters.getLong(9));
      assertThat(Math.max(0, low.toMillis() - low.fromMillis()))
          .as("first edge of %s", range)
          .isLessThan(2 * HOUR);
      total += counted(low, facets) + counted(high, facets);
    }
    return total;
  }

  private long counted(TimeRange range, int[] facets) {
    return events.stream()
        .filter(event -> range.contains(event.createdAtMillis()))
        .filter(event -> Arrays.binarySearch(facets, STREAM.facets().of(event)) >= 0)
        .count();
  }

  private void assertExact(TimeRange range, int[] facets) {
    assertThat(total(range, facets)).as("%s", range).isEqualTo(counted(range, facets));
  }

  private static Event at(long createdAtMillis) {
    return new Samples(createdAtMillis).eventAt(STREAM, createdAtMillis).event();
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 50, 500, 5_000, 60_000, 2_000_000})
  void total_ofRandomRanges_isTheCount(long spanHours) {
    Random random = new Random(spanHours);
    Samples samples = new Samples(spanHours);
    long start = random.nextLong(-spanHours, spanHours) * HOUR;
    for (int batch = 0; batch < 10; batch++) {
      add(
          IntStream.range(0, 40)
              .mapToObj(i -> start + random.nextLong(spanHours * HOUR))
              .map(time -> random.nextInt(4) == 0 ? Math.floorDiv(time, HOUR) * HOUR : time)
              .map(time -> samples.eventAt(STREAM, time).event())
              .toList());
    }
    for (int i = 0; i < 400; i++) {
      long from = start + random.nextLong(-HOUR, spanHours * HOUR);
      long to = from + random.nextLong(spanHours * HOUR);
      int[] facets = random.ints(5, 0, ALL_FACETS.length).sorted().distinct().toArray();
      assertExact(new TimeRange(from, to), facets);
      assertExact(new TimeRange(Math.floorDiv(from, HOUR) * HOUR, to), ALL_FACETS);
      assertExact(
          new TimeRange(
              Math.floorDiv(from, 64 * HOUR) * 64 * HOUR, Math.floorDiv(to, 8 * HOUR) * 8 * HOUR),
          ALL_FACETS);
      assertExact(new TimeRange(Long.MIN_VALUE, to), facets);
      assertExact(new TimeRange(from, Long.MAX_VALUE), facets);
    }
    assertExact(TimeRange.ALL, ALL_FACETS);
  }

  @Test
  void total_ofExtremeRanges_isTheCount() {
    add(
        List.of(
            at(-62_135_596_800_000L),
            at(-HOUR),
            at(-1),
            at(0),
            at(1),
            at(HOUR - 1),
            at(HOUR),
            at(253_402_300_799_999L)));
    long[] ends = {
      Long.MIN_VALUE,
      Long.MIN_VALUE + 1,
      Long.MIN_VALUE + HOUR,
      -62_135_596_800_000L,
      -HOUR,
      -1,
      0,
      1,
      HOUR - 1,
      HOUR,
      HOUR + 1,
      253_402_300_799_999L,
      253_402_300_800_000L,
      Long.MAX_VALUE - HOUR,
      Long.MAX_VALUE - 1,
      Long.MAX_VALUE
    };
    for (long from : ends) {
      for (long to : ends) {
        assertExact(new TimeRange(from, to), ALL_FACETS);
      }
    }
  }

  @Test
  void additions_countEveryEventOnceOnEachLevel() {
    List<Event> batch =
        new Samples(3)
            .events(STREAM, 200, 0, (int) (500 * HOUR)).stream().map(NewEvent::event).toList();
    add(batch);
    Map<Short, Long> byLevel = new HashMap<>();
    cells.forEach(
        (cell, counts) -> byLevel.merge(cell.level(), Arrays.stream(counts).sum(), Long::sum));
    assertThat(byLevel).hasSize(7).allSatisfy((level, sum) -> assertThat(sum).isEqualTo(200));
  }
}
