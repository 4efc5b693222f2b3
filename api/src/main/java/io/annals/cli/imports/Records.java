package io.annals.cli.imports;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The records of one input, one after the other. */
interface Records<R> {
  /**
   * The next record, null after the last.
   *
   * @throws UnusableException if this record cannot be used; the next one may be
   * @throws IOException if nothing after this point can be read
   */
  @Nullable R next() throws IOException, UnusableException;

  /** Where the record stands that was asked for last: {@code line 7}. */
  String place();
}
