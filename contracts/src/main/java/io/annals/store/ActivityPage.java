package io.annals.store;

import io.annals.model.ActivityPosition;
import io.annals.model.Event;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One page of activity.
 *
 * @param items newest first, at most as many as were asked for
 * @param next where to go on; null exactly when nothing is left
 * @param total how many events match, all pages together; empty where finding out would cost more
 *     than the page
 */
public record ActivityPage(List<Event> items, @Nullable Next next, OptionalLong total) {

  /**
   * Where the next page begins.
   *
   * @param below below this position
   * @param skip how many matching events are still to be passed over; above 0 only when a search
   *     ran out of its time while it was passing over them
   */
  public record Next(ActivityPosition below, int skip) {}
}
