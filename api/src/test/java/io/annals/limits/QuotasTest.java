package io.annals.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.limits.LimitSettings.Rates;
import org.junit.jupiter.api.Test;

class QuotasTest {
  private final ManualMeter clock = new ManualMeter();

  private Quotas<String> quotas(Rates rates) {
    return new Quotas<>("tenant", rates, 10, clock, (key, pair) -> 2 * key.length());
  }

  private static Quota events(Quotas<String> quotas, String key) {
    return quotas.of(key).events().get(0);
  }

  @Test
  void quotas_areForgotten_onlyWhenTheyAreFullAgain() {
    Quotas<String> quotas = quotas(new Rates(0, 1));
    assertThat(events(quotas, "debtor").take(1000)).isZero();
    clock.passSeconds(991);
    assertThat(events(quotas, "debtor").take(1)).isZero();
    events(quotas, "debtor").take(1000); // nothing left, or a debt as deep as can be
    clock.passSeconds(1000);
    assertThat(quotas.size()).isEqualTo(1);
    clock.passSeconds(20);
    assertThat(quotas.size()).isZero();
  }

  @Test
  void memory_isBounded_alsoForLongNames() {
    Quotas<String> quotas = quotas(new Rates(1, 1));
    for (int i = 0; i < 20_000; i++) {
      quotas.of("tenant " + i);
    }
    assertThat(quotas.size()).isBetween(10_000L, 14_000L);
    String suffix = "x".repeat(6000);
    for (int i = 0; i < 2000; i++) {
      quotas.of(i + suffix);
    }
    assertThat(quotas.size()).isLessThan(14_000);
    Quotas<String> longOnes = quotas(new Rates(1, 1));
    for (int i = 0; i < 2000; i++) {
      longOnes.of(i + suffix);
    }
    assertThat(longOnes.size()).isLessThan(700);
  }

  @Test
  void flood_ofNewcomers_doesNotRefillWhoIsBusy() {
    Quotas<String> quotas = quotas(new Rates(0, 1));
    int taken = 0;
    for (int i = 0; i < 100_000; i++) {
      quotas.of("newcomer " + i);
      taken += events(quotas, "busy").take(1) == 0 ? 1 : 0;
    }
    assertThat(taken).isEqualTo(10);
  }
}
