package io.annals.store.cassandra;

import io.annals.model.ActivityPosition;
import io.annals.model.Event;
import io.annals.search.SearchBudget;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Fills a page, and one event more, which tells that there is a next page. */
final class CassandraPage implements CassandraWalk.Sink {
  private final ActivityQuery query;
  private final ActivityPosition ceiling;
  private final @Nullable SearchBudget budget;
  private final List<Event> items;
  private int toSkip;
  private long passed;

  /** A page of which, if it is searched for, the finding may take this long. */
  CassandraPage(ActivityQuery query, int searchMillisMax) {
    this.query = query;
    ceiling = query.ceiling();
    toSkip = query.skip();
    budget = query.search() == null ? null : new SearchBudget(searchMillisMax);
    items = new ArrayList<>();
  }

  @Override
  public int wanted() {
    return toSkip + query.limit() + 1 - items.size();
  }

  @Override
  public void take(CassandraStored row, CassandraLevel level) {
    passed++;
    if (toSkip > 0) {
      toSkip--;
    } else {
      items.add(row.event());
    }
  }

  /** When there is no time for another step; never before it came further. */
  @Override
  public boolean stopsAt(ActivityPosition bound) {
    return budget != null && !budget.hasTimeForAnotherStep() && bound.compareTo(ceiling) < 0;
  }

  /** Whether there was any event. */
  boolean hasMatches() {
    return passed > 0;
  }

  /**
   * The page.
   *
   * @param stoppedAt where it ran out of time; null if it did not
   * @param total how many events match, where that was found out otherwise
   */
  ActivityPage page(@Nullable ActivityPosition stoppedAt, OptionalLong total) {
    if (stoppedAt != null) {
      return new ActivityPage(items, new ActivityPage.Next(stoppedAt, toSkip), total);
    }
    if (items.size() > query.limit()) {
      items.remove(query.limit());
      ActivityPosition end = ActivityPosition.of(items.get(items.size() - 1));
      return new ActivityPage(items, new ActivityPage.Next(end, 0), total);
    }
    boolean sawAll = query.below().equals(ActivityPosition.TOP);
    return new ActivityPage(items, null, sawAll ? OptionalLong.of(passed) : total);
  }
}
