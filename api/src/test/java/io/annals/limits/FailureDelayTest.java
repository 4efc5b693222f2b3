package io.annals.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailureDelayTest {
  private final ManualMeter clock = new ManualMeter();
  private final FailureDelay delay = new FailureDelay(30, clock);

  private void fail(String address, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(delay.delayMillis(address)).isZero();
    }
  }

  @Test
  void fewFailures_areAnsweredAtOnce_laterOnesInTheirTurn() {
    fail("192.0.2.1", 30);
    assertThat(delay.delayMillis("192.0.2.1")).isEqualTo(2000);
    assertThat(delay.delayMillis("192.0.2.1")).isEqualTo(4000);
    assertThat(delay.delayMillis("192.0.2.1")).isEqualTo(5000);
  }

  @Test
  void addresses_areDelayedEachOnItsOwn() {
    fail("192.0.2.1", 30);
    fail("2001:db8::1", 30);
    assertThat(delay.delayMillis("192.0.2.1")).isPositive();
    fail("192.0.2.2", 1);
  }

  @Test
  void addressesOfOneIpv6Network_areDelayedTogether() {
    fail("2001:db8::1", 15);
    fail("2001:db8::ffff:1", 15);
    assertThat(delay.delayMillis("2001:db8::2")).isPositive();
    fail("2001:db8:0:1::1", 30);
  }

  @Test
  void flood_isForgottenAsSoonAsItsLastTurn() {
    fail("192.0.2.1", 30);
    for (int i = 0; i < 10_000; i++) {
      assertThat(delay.delayMillis("192.0.2.1")).isBetween(1L, FailureDelay.DELAY_MILLIS_MAX);
    }
    clock.passSeconds(6);
    fail("192.0.2.1", 1);
    clock.passSeconds(60);
    fail("192.0.2.1", 30);
  }

  @Test
  void addresses_areBounded() {
    for (int i = 0; i < 30_000; i++) {
      delay.delayMillis("192.0.2." + i);
    }
    assertThat(delay.size()).isLessThanOrEqualTo(10_000);
  }

  @Test
  void addresses_areForgotten_whenTheyCouldFailAtOnceAgain() {
    fail("192.0.2.1", 30);
    clock.passSeconds(60);
    assertThat(delay.size()).isEqualTo(1);
    clock.passSeconds(10);
    assertThat(delay.size()).isZero();
  }
}
