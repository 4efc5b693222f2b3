package io.annals.limits;

import io.annals.auth.Principal;
import io.annals.http.Door;
import io.annals.http.Refusal;
import io.annals.model.TenantId;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Admits requests as long as their credential and their tenant have any left, and tells in every
 * answer from then on what is left (draft-ietf-httpapi-ratelimit-headers-11). To stand behind the
 * door, before the body is read. Shared by event loops.
 */
public final class Admission implements Handler<RoutingContext>, MeterBinder {
  private static final String POLICY_FIELD = "RateLimit-Policy";

  /**
   * Whom a credential's rates are for: an API key with the tokens that were made with it, or a
   * subject; not a single token, of which one can get many.
   */
  record Credential(Optional<UUID> key, String subject, Optional<TenantId> tenant) {
    static Credential of(Principal principal) {
      return new Credential(
          principal.key().map(Principal.Key::tokenId), principal.subject(), principal.tenant());
    }
  }

  private final Quotas<Credential> credentials;
  private final Quotas<TenantId> tenants;
  private final String policies;

  /** Admission by these rates. */
  public Admission(LimitSettings settings) {
    this(settings, TimeMeter.SYSTEM_NANOTIME);
  }

  Admission(LimitSettings settings, TimeMeter clock) {
    int burst = settings.burstSeconds();
    credentials =
        new Quotas<>(
            "credential",
            settings.credential(),
            burst,
            clock,
            (key, quotas) -> 2 * key.subject().length());
    tenants = new Quotas<>("tenant", settings.tenant(), burst, clock, (key, quotas) -> 0);
    policies =
        Stream.concat(credentials.policies(), tenants.policies())
            .map(Policy::policyItem)
            .collect(Collectors.joining(", "));
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    credentials.bindTo(meters);
    tenants.bindTo(meters);
  }

  @Override
  public void handle(RoutingContext context) {
    Allowance allowance = allowance(Door.principal(context), tenant(context));
    allowance.keepIn(context);
    context.addHeadersEndHandler(v -> tell(context.response().headers(), allowance));
    Shortage shortage = allowance.takeRequest();
    if (shortage == null) {
      context.next();
    } else {
      context.fail(shortage.refusal());
    }
  }

  /** The credential first: what it is refused must not be taken from all of its tenant's. */
  Allowance allowance(Principal principal, Optional<TenantId> tenant) {
    Credential credential = Credential.of(principal);
    List<Supplier<Quotas.Pair>> owners = new ArrayList<>(2);
    owners.add(() -> credentials.of(credential));
    tenant.ifPresent(named -> owners.add(() -> tenants.of(named)));
    return new Allowance(owners);
  }

  /** An operator's requests count for the tenant that it names; without one they are refused. */
  private static Optional<TenantId> tenant(RoutingContext context) {
    try {
      return Optional.of(Door.tenant(context));
    } catch (Refusal unnamed) {
      return Optional.empty();
    }
  }

  /** The value of the field {@code RateLimit-Policy}. */
  String policyField() {
    return policies;
  }

  private void tell(MultiMap headers, Allowance allowance) {
    headers.set(POLICY_FIELD, policies);
    if (!headers.contains(Allowance.LIMIT_FIELD)) {
      headers.set(Allowance.LIMIT_FIELD, allowance.limitField());
    }
  }
}
