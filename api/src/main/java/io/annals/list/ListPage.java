package io.annals.list;

import io.annals.model.Event;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param next where the next page goes on; null exactly at the end
 * @param total how many events match, all pages together; empty where nobody knows
 */
public record ListPage<P>(List<Event> items, @Nullable P next, OptionalLong total) {}
