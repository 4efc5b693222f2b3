package io.annals.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Principal;
import io.annals.http.Refusal.Reason;
import io.annals.limits.LimitSettings.Rates;
import io.annals.model.TenantId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));
  private static final TenantId OTHER = new TenantId(new UUID(3, 4));

  private final ManualMeter clock = new ManualMeter();

  private Admission admission(Rates tenant, Rates credential, int burstSeconds) {
    return new Admission(new LimitSettings(tenant, credential, burstSeconds, 0), clock);
  }

  private static Allowance of(Admission admission, String subject, TenantId tenant) {
    return admission.allowance(
        new Principal(subject, Optional.of(tenant), Set.of(), Optional.empty()),
        Optional.of(tenant));
  }

  private static Allowance ofOperator(Admission admission, TenantId tenant) {
    return admission.allowance(
        new Principal("root", Optional.empty(), Set.of(), Optional.empty()), Optional.of(tenant));
  }

  private static int takeRequests(Allowance allowance) {
    int taken = 0;
    while (allowance.takeRequest() == null) {
      taken++;
    }
    return taken;
  }

  private static int takeEvents(Allowance allowance) {
    int taken = 0;
    while (allowance.takeEvents(1) == null) {
      taken++;
    }
    return taken;
  }

  @Test
  void tenants_areLimitedEachOnItsOwn_byAllOfTheirCredentials() {
    Admission admission = admission(new Rates(2, 0), LimitSettings.NO_RATES, 5);
    assertThat(takeRequests(of(admission, "ada", TENANT))).isEqualTo(10);
    assertThat(takeRequests(of(admission, "bob", TENANT))).isZero();
    assertThat(takeRequests(of(admission, "ada", OTHER))).isEqualTo(10);
  }

  @Test
  void operators_countForTheTenantThatTheyName() {
    Admission admission = admission(new Rates(2, 0), LimitSettings.NO_RATES, 5);
    assertThat(takeRequests(ofOperator(admission, TENANT))).isEqualTo(10);
    assertThat(takeRequests(of(admission, "ada", TENANT))).isZero();
    assertThat(takeRequests(ofOperator(admission, OTHER))).isEqualTo(10);
  }

  @Test
  void credentials_areLimitedEachOnItsOwn_whateverTokenTheyShow() {
    Admission admission = admission(LimitSettings.NO_RATES, new Rates(3, 0), 1);
    assertThat(takeRequests(of(admission, "ada", TENANT))).isEqualTo(3);
    assertThat(takeRequests(of(admission, "ada", TENANT))).isZero();
    assertThat(takeRequests(of(admission, "bob", TENANT))).isEqualTo(3);
    assertThat(takeRequests(of(admission, "ada", OTHER))).isEqualTo(3);
  }

  @Test
  void apiKey_isOneCredential_withTheTokensMadeWithIt() {
    Admission admission = admission(LimitSettings.NO_RATES, new Rates(3, 0), 1);
    assertThat(takeRequests(ofKey(admission, new UUID(5, 6), "annals_before"))).isEqualTo(3);
    assertThat(takeRequests(ofKey(admission, new UUID(5, 6), "annals_rotated"))).isZero();
    assertThat(takeRequests(ofKey(admission, new UUID(7, 8), "annals_other"))).isEqualTo(3);
  }

  private static Allowance ofKey(Admission admission, UUID tokenId, String prefix) {
    return admission.allowance(
        new Principal(
            "ada",
            Optional.of(TENANT),
            Set.of(),
            Optional.of(new Principal.Key(tokenId, prefix, null))),
        Optional.of(TENANT));
  }

  @Test
  void refusedCredential_takesNothingFromItsTenant() {
    Admission admission = admission(new Rates(10, 10), new Rates(1, 1), 1);
    Allowance ada = of(admission, "ada", TENANT);
    for (int i = 0; i < 100; i++) {
      ada.takeRequest();
      ada.takeEvents(1);
    }
    int taken = 1;
    while (of(admission, "bob" + taken, TENANT).takeRequest() == null) {
      taken++;
    }
    assertThat(taken).isEqualTo(10);
  }

  @Test
  void refusedTenant_takesNothingFromItsCredentials() {
    Admission admission = admission(new Rates(1, 1), new Rates(1, 1), 2);
    takeEvents(of(admission, "ada", TENANT));
    Allowance bob = of(admission, "bob", TENANT);
    for (int i = 0; i < 100; i++) {
      assertThat(bob.takeEvents(1)).isNotNull();
    }
    assertThat(bob.limitField()).contains("\"credential-events\";r=2");
  }

  @Test
  void requestsAndEvents_areCountedApart() {
    Admission admission = admission(new Rates(1, 7), LimitSettings.NO_RATES, 1);
    Allowance allowance = of(admission, "ada", TENANT);
    assertThat(takeRequests(allowance)).isEqualTo(1);
    assertThat(takeEvents(allowance)).isEqualTo(7);
  }

  @Test
  void refusal_saysWhatIsLimited_andWhenToComeBack() {
    Admission admission = admission(new Rates(0, 100), LimitSettings.NO_RATES, 1);
    Allowance allowance = of(admission, "ada", TENANT);
    allowance.takeEvents(1000);
    Shortage shortage = allowance.takeEvents(1);
    assertThat(shortage).isNotNull();
    assertThat(shortage.waitMillis()).isBetween(9010L, 9020L);
    assertThat(shortage.refusal().reason()).isEqualTo(Reason.TOO_MANY_REQUESTS);
    assertThat(shortage.refusal())
        .hasMessage("more than 100 events per second (tenant-events); nothing was stored");
    clock.pass(Duration.ofMillis(9010));
    assertThat(allowance.takeEvents(1)).isNull();
  }

  /** Else every stream would get a bucket of its own as soon as it lasts. */
  @Test
  void requestThatLasts_sharesItsQuotaWithLaterOnes() {
    Admission admission = admission(new Rates(0, 10), LimitSettings.NO_RATES, 1);
    Allowance stream = of(admission, "ada", TENANT);
    takeEvents(stream);
    clock.passSeconds(3600);
    assertThat(takeEvents(of(admission, "ada", TENANT))).isEqualTo(10);
    assertThat(takeEvents(stream)).isZero();
  }

  @Test
  void withoutLimits_nothingIsCounted() {
    Allowance allowance =
        of(admission(LimitSettings.NO_RATES, LimitSettings.NO_RATES, 1), "ada", TENANT);
    assertThat(allowance.takeRequest()).isNull();
    assertThat(allowance.takeEvents(1_000_000)).isNull();
  }
}
