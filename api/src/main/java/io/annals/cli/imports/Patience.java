package io.annals.cli.imports;

/**
 * How long a request is tried again.
 *
 * @param firstPauseMillis before the second attempt; each pause is twice the one before
 * @param pauseMillisMax the longest pause, unless the server asks for a longer one
 * @param brokenMillis how long a server is tried that does not answer or answers 5xx
 * @param busyMillis how long a server is tried that says it is busy
 */
public record Patience(
    long firstPauseMillis, long pauseMillisMax, long brokenMillis, long busyMillis) {
  /** Outlasts a restart of the server, and a busy spell of some minutes. */
  public static final Patience DEFAULT = new Patience(200, 30_000, 60_000, 300_000);

  /** The pause behind this attempt, counted from 0, at least as long as the server asks for. */
  long pauseMillis(int attempt, long askedMillis) {
    long backoff = Math.min(firstPauseMillis << Math.min(attempt, 16), pauseMillisMax);
    return Math.max(backoff, askedMillis);
  }
}
