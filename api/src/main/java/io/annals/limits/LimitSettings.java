package io.annals.limits;

/**
 * The rates that this server allows; several servers each allow them.
 *
 * @param tenant for all that one tenant is asked for, by whatever credential
 * @param credential for one credential
 * @param burstSeconds how many seconds' worth may be used at once after a pause
 * @param failuresPerMinute failed authentications of one client address that are answered without a
 *     delay; 0 never delays
 */
public record LimitSettings(
    Rates tenant, Rates credential, int burstSeconds, int failuresPerMinute) {

  /** Rates without any limit. */
  public static final Rates NO_RATES = new Rates(0, 0);

  /** Nobody is limited or delayed. */
  public static final LimitSettings NONE = new LimitSettings(NO_RATES, NO_RATES, 1, 0);

  /**
   * What one may do in a second, on average.
   *
   * @param requestsPerSecond 0 for no limit
   * @param eventsPerSecond events that are written; 0 for no limit
   */
  public record Rates(int requestsPerSecond, int eventsPerSecond) {}

  /** Whether any rate is limited. */
  public boolean hasRates() {
    return !tenant.equals(NO_RATES) || !credential.equals(NO_RATES);
  }
}
