package io.annals.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Principal;
import io.annals.limits.LimitSettings.Rates;
import io.annals.model.TenantId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The fields of draft-ietf-httpapi-ratelimit-headers-11, which are lists of RFC 9651. */
class RateLimitFieldsTest {
  /** A string and its parameters with integers and strings, as section 3.1 of RFC 9651 has them. */
  private static final String ITEM =
      "\"[\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]*\""
          + "(;[a-z*][a-z0-9_.*-]*=([0-9]{1,15}|\"[\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]*\"))*";

  private static final String LIST = ITEM + "(, " + ITEM + ")*";
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));

  private final ManualMeter clock = new ManualMeter();
  private final Admission admission =
      new Admission(new LimitSettings(new Rates(100, 5000), new Rates(10, 0), 10, 0), clock);
  private final Allowance allowance =
      admission.allowance(
          new Principal("ada", Optional.of(TENANT), Set.of(), Optional.empty()),
          Optional.of(TENANT));

  @Test
  void policies_sayWhatMayBeUsedInTheWindow() {
    assertThat(admission.policyField())
        .matches(LIST)
        .isEqualTo(
            "\"credential-requests\";q=100;w=10, \"tenant-requests\";q=1000;w=10,"
                + " \"tenant-events\";q=50000;qu=\"events\";w=10");
  }

  @Test
  void limit_spreadsWhatIsLeft_soThatTheRateIsKept() {
    assertThat(allowance.limitField())
        .matches(LIST)
        .isEqualTo(
            "\"credential-requests\";r=100;t=10, \"tenant-requests\";r=1000;t=10,"
                + " \"tenant-events\";r=50000;t=10");
    allowance.takeRequest();
    allowance.takeEvents(49_999);
    assertThat(allowance.limitField())
        .isEqualTo(
            "\"credential-requests\";r=99;t=10, \"tenant-requests\";r=999;t=10,"
                + " \"tenant-events\";r=1;t=1");
  }

  @Test
  void debt_isNothingLeft_untilItIsPaid() {
    allowance.takeEvents(60_000);
    assertThat(allowance.limitField()).endsWith("\"tenant-events\";r=0;t=3");
    clock.pass(Duration.ofMillis(1500));
    assertThat(allowance.limitField()).endsWith("\"tenant-events\";r=0;t=1");
    clock.passSeconds(3600);
    assertThat(allowance.limitField()).endsWith("\"tenant-events\";r=50000;t=10");
  }
}
