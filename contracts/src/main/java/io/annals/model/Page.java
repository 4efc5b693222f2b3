package io.annals.model;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param items newest first, at most as many as were asked for
 * @param next the position of the last item when older ones exist, else null
 * @param total how many events match, all pages together; empty where the stream is not counted or
 *     counting would cost more than a page
 */
public record Page<T>(List<T> items, @Nullable Position next, OptionalLong total) {}
