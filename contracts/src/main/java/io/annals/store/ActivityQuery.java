package io.annals.store;

import io.annals.model.ActivityPosition;
import io.annals.model.ActivitySubject;
import io.annals.model.Event;
import io.annals.model.TimeRange;
import io.annals.search.SearchTerm;
import io.annals.search.SearchedFields;
import org.jspecify.annotations.Nullable;

/**
 * Which activity is wanted.
 *
 * @param subject whose
 * @param search what one of the searched fields must contain, or null for everything
 * @param range the creation times wanted
 * @param below only events below this position; {@link ActivityPosition#TOP} for the first page
 * @param skip how many matching events to pass over first, from 0
 * @param limit how many events to return at most, from 1
 */
public record ActivityQuery(
    ActivitySubject subject,
    @Nullable SearchTerm search,
    TimeRange range,
    ActivityPosition below,
    int skip,
    int limit) {

  /** The newest activity of this subject. */
  public static ActivityQuery newest(ActivitySubject subject, int limit) {
    return new ActivityQuery(subject, null, TimeRange.ALL, ActivityPosition.TOP, 0, limit);
  }

  /** The same, narrowed to events that contain this text. */
  public ActivityQuery containing(String text) {
    return new ActivityQuery(subject, SearchTerm.of(text), range, below, skip, limit);
  }

  /** The same, within these times. */
  public ActivityQuery within(TimeRange times) {
    return new ActivityQuery(subject, search, times, below, skip, limit);
  }

  /** The same, passing over this many events first. */
  public ActivityQuery skipping(int events) {
    return new ActivityQuery(subject, search, range, below, events, limit);
  }

  /** The same, going on where a page ended. */
  public ActivityQuery from(ActivityPage.Next next) {
    return new ActivityQuery(subject, search, range, next.below(), next.skip(), limit);
  }

  /** The lower of the cursor's position and the range's end: nothing at or above it matches. */
  public ActivityPosition ceiling() {
    ActivityPosition end = ActivityPosition.before(range.toMillis());
    return end.compareTo(below) < 0 ? end : below;
  }

  /** The first epoch millisecond that is wanted and not beyond this horizon. */
  public long floorMillis(long horizonMillis) {
    return Math.max(range.fromMillis(), horizonMillis);
  }

  /** Whether an event of the subject contains what is searched for; true without a search. */
  public boolean matches(Event event) {
    SearchTerm term = search;
    return term == null || SearchedFields.match(event, term);
  }
}
