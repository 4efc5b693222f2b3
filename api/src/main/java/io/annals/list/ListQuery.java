package io.annals.list;

import io.annals.model.TimeRange;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request wants of a list.
 *
 * @param selection the parameters that say which events are meant, by name, without the range
 * @param range the creation times wanted
 * @param after the place that the cursor names; null for the first page
 * @param skip how many matching events to pass over first; 0 beside a cursor
 * @param limit how many events to return at most
 */
public record ListQuery<P>(
    Map<String, Object> selection, TimeRange range, @Nullable P after, int skip, int limit) {}
