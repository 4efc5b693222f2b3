package io.annals.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuotaTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final ManualMeter clock = new ManualMeter();

  /** Ten a second, thirty at once. */
  private final Quota quota = new Quota(new Policy("tenant-events", "events", 10, 3), clock);

  private int takeSingly() {
    int taken = 0;
    while (quota.take(1) == 0) {
      taken++;
    }
    return taken;
  }

  @Test
  void burst_isGrantedOnce_thenTheRate() {
    assertThat(takeSingly()).isEqualTo(30);
    clock.passSeconds(1);
    assertThat(takeSingly()).isEqualTo(10);
    clock.pass(Duration.ofMillis(150));
    assertThat(takeSingly()).isEqualTo(1);
    clock.passSeconds(3600);
    assertThat(takeSingly()).isEqualTo(30);
  }

  @Test
  void refusal_saysHowLongNothingIsLeft_andTakesNothing() {
    takeSingly();
    assertThat(quota.take(1)).isEqualTo(SECOND / 10);
    assertThat(quota.take(1000)).isEqualTo(SECOND / 10);
    clock.pass(Duration.ofMillis(100));
    assertThat(quota.take(1)).isZero();
  }

  @Test
  void batchLargerThanTheBucket_passes_andHasToBeWaitedFor() {
    assertThat(quota.take(1000)).isZero();
    assertThat(quota.take(1)).isEqualTo(971 * SECOND / 10);
    clock.passSeconds(97);
    assertThat(quota.take(1)).isEqualTo(SECOND / 10);
    clock.passSeconds(1);
    assertThat(quota.take(1)).isZero();
  }

  @Test
  void unusedTokens_canBeGivenBack_butNeverMoreThanTheBucketHolds() {
    quota.take(100);
    quota.give(80);
    assertThat(takeSingly()).isEqualTo(10);
    quota.give(1000);
    assertThat(takeSingly()).isEqualTo(30);
  }

  /** Whatever comes when, the rate is kept up to the bucket and one batch. */
  @Test
  void longRun_keepsTheRate_andServesLargeBatchesBesideSmallOnes() {
    Random random = new Random(7);
    long taken = 0;
    int large = 0;
    int seconds = 100_000;
    for (int i = 0; i < seconds * 10; i++) {
      clock.pass(Duration.ofMillis(100));
      int batch = random.nextInt(50) == 0 ? 1 + random.nextInt(1000) : 1 + random.nextInt(3);
      if (quota.take(batch) == 0) {
        taken += batch;
        large += batch > 30 ? 1 : 0;
      }
    }
    assertThat(taken).isBetween(10L * seconds - 1000, 10L * seconds + 30 + 1000);
    assertThat(large).isPositive();
  }
}
