package io.annals.limits;

import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the tenant and the credential of one request have left. Safe to use from any thread. */
public final class Allowance {
  static final String LIMIT_FIELD = "RateLimit";

  private static final Allowance UNLIMITED = new Allowance(List.of());
  private static final String KEY = "annals.allowance";

  /** Asked each time: a request may outlive an idle quota, and must not keep one for itself. */
  private final List<Supplier<Quotas.Pair>> owners;

  /** An allowance within the quotas of all these owners. */
  Allowance(List<Supplier<Quotas.Pair>> owners) {
    this.owners = owners;
  }

  /** The allowance of a request that was admitted; one without limits where there are none. */
  public static Allowance of(RoutingContext context) {
    Allowance own = context.get(KEY);
    return own == null ? UNLIMITED : own;
  }

  void keepIn(RoutingContext context) {
    context.put(KEY, this);
  }

  @Nullable Shortage takeRequest() {
    return take(requests(), 1);
  }

  /**
   * Takes events that are about to be stored: all of them if any is left, which may leave a debt.
   *
   * @param count at least 1
   * @return null, or that none is left and none was taken
   */
  public @Nullable Shortage takeEvents(long count) {
    return take(events(), count);
  }

  /** Gives back events that were taken and are not going to be stored. */
  public void giveEvents(long count) {
    give(events(), count);
  }

  private List<Quota> requests() {
    return owners.stream().flatMap(owner -> owner.get().requests().stream()).toList();
  }

  private List<Quota> events() {
    return owners.stream().flatMap(owner -> owner.get().events().stream()).toList();
  }

  private static @Nullable Shortage take(List<Quota> quotas, long count) {
    for (int i = 0; i < quotas.size(); i++) {
      Quota quota = quotas.get(i);
      long waitNanos = quota.take(count);
      if (waitNanos > 0) {
        give(quotas.subList(0, i), count);
        return new Shortage(quota.policy(), waitNanos);
      }
    }
    return null;
  }

  private static void give(List<Quota> quotas, long count) {
    if (count > 0) {
      quotas.forEach(quota -> quota.give(count));
    }
  }

  /** The value of the field {@code RateLimit}: what is left now. */
  String limitField() {
    return Stream.concat(requests().stream(), events().stream())
        .map(Quota::limitItem)
        .collect(Collectors.joining(", "));
  }
}
