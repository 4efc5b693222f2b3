package io.annals.model;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param items newest first, at most as many as were asked for
 * @param next the position of the last item when older ones exist, else null
 * @param total how many events match, all pages together; empty where the stream is not counted or
 *     counting would cost more than a page
 */
public record Page<T>(List<T> items, @Nullable Position next, OptionalLong total) {

  /**
   * The page that begins with these items.
   *
   * @param found up to one item more than fit, which tells whether there is a next page
   * @param position where an item stands
   */
  public static <T> Page<T> of(
      List<T> found, int limit, Function<T, Position> position, OptionalLong total) {
    if (found.size() <= limit) {
      return new Page<>(found, null, total);
    }
    List<T> items = found.subList(0, limit);
    return new Page<>(items, position.apply(items.get(limit - 1)), total);
  }
}
