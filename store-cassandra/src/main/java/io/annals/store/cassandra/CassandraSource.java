package io.annals.store.cassandra;

import io.annals.model.ActivityPosition;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a token's events that a walk has not used up. It yields rows from the newest to the
 * oldest; before the next one is there it may have to be read.
 */
interface CassandraSource {
  /**
   * The order in which a walk needs them. Of two that have the same event, the coarser comes first.
   */
  Comparator<CassandraSource> NEWEST_FIRST =
      Comparator.comparing(CassandraSource::bound, Comparator.reverseOrder())
          .thenComparing(source -> source.head() == null)
          .thenComparing(CassandraSource::level);

  /** The position of {@link #head}; without one, everything that is left lies below this. */
  ActivityPosition bound();

  /** The next row, where it is known. */
  default @Nullable CassandraStored head() {
    return null;
  }

  /** Passes over the next row. Tells whether anything may be left. */
  default boolean pass() {
    throw new IllegalStateException("no row");
  }

  /** The width of what rows come from. */
  CassandraLevel level();

  /** The first epoch millisecond that anything may be left in. */
  long startMillis();

  /** About how many rows it has, where that is known; otherwise very many. */
  default long rowsExpected() {
    return Long.MAX_VALUE;
  }

  /** Whether {@link #read} looks for rows, not only for where they are. */
  boolean mayYieldRows();

  /**
   * Reads on; allowed while there is no head.
   *
   * @param rowsMax how many rows are of use
   * @return what stands for it from now on, itself included if it does
   */
  Future<List<CassandraSource>> read(int rowsMax);
}
