package io.annals.store.postgres;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;

/** The kinds of transactions, as they are told apart by who looks at the meters. */
enum PostgresWork {
  /** A group of appends to audit streams. */
  AUDIT_APPEND,
  /** A group of appends of activity. */
  ACTIVITY_APPEND,
  /** A page of an audit stream, with its total. */
  AUDIT_PAGE,
  /** A page of activity, with its total. */
  ACTIVITY_PAGE,
  /** The total of a page. */
  TOTAL,
  /** A piece of what a search looks through. */
  SCAN,
  /** A digest that a search looks into. */
  DIGEST,
  /** A look at keys. */
  KEY_READ,
  /** A change of keys. */
  KEY_CHANGE,
  /** A question whether the database answers. */
  CHECK;

  /** Times such transactions, the wait for a reader's connection included. */
  Timer timer(MeterRegistry meters) {
    return Timer.builder("annals.postgres.transaction")
        .tag("work", name().toLowerCase(Locale.ROOT))
        .description("How long transactions take, by kind of work")
        .register(meters);
  }
}
