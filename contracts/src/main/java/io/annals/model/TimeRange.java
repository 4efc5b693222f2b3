package io.annals.model;

/**
 * A half-open range of creation times.
 *
 * @param fromMillis the first epoch millisecond inside
 * @param toMillis the first epoch millisecond outside; not after {@code fromMillis} is empty
 */
public record TimeRange(long fromMillis, long toMillis) {
  /** Every time there is. */
  public static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  /** Tells whether an event created at this epoch millisecond lies inside. */
  public boolean contains(long createdAtMillis) {
    return createdAtMillis >= fromMillis && createdAtMillis < toMillis;
  }
}
