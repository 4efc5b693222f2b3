package io.annals.ingest;

import io.annals.http.ByteBudget;

/** What a stream has taken from the events' room in advance, so as not to go there every line. */
final class Claim {
  private static final int PORTION_BYTES = 64 * 1024;

  private final ByteBudget budget;
  private long left;

  Claim(ByteBudget budget) {
    this.budget = budget;
  }

  /** Sees to it that so many bytes can be spent; false if there is no room for them. */
  boolean covers(long bytes) {
    if (left >= bytes) {
      return true;
    }
    long more = Math.max(bytes - left, PORTION_BYTES);
    if (!budget.take(more)) {
      return false;
    }
    left += more;
    return true;
  }

  /** Leaves bytes to a chunk, which gives them back itself. */
  void spend(long bytes) {
    left -= bytes;
  }

  /** Gives back what is left. */
  void giveBack() {
    budget.give(left);
    left = 0;
  }
}
