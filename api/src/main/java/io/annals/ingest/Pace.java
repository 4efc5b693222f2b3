package io.annals.ingest;

import io.annals.limits.Allowance;
import io.annals.limits.Shortage;
import org.jspecify.annotations.Nullable;

/**
 * Events that a stream has taken from its allowance in advance, so as not to go there every line.
 */
final class Pace {
  private static final int PORTION_EVENTS = 100;

  private final Allowance allowance;
  private int left;

  Pace(Allowance allowance) {
    this.allowance = allowance;
  }

  /** Sees to it that an event can be spent; null, or that there is none just now. */
  @Nullable Shortage lacksEvent() {
    if (left > 0) {
      return null;
    }
    Shortage shortage = allowance.takeEvents(PORTION_EVENTS);
    if (shortage == null) {
      left = PORTION_EVENTS;
    }
    return shortage;
  }

  /** Leaves an event to the store. */
  void spend() {
    left--;
  }

  /** Gives back what is left. */
  void giveBack() {
    allowance.giveEvents(left);
    left = 0;
  }
}
