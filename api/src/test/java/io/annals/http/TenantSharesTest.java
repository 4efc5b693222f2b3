package io.annals.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.TenantId;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TenantSharesTest {
  private static final long MAX = 1_200;

  private final TenantShares shares = new TenantShares(MAX);

  private static TenantId tenant(int number) {
    return new TenantId(new UUID(1, number));
  }

  /** What a tenant gets that takes one at a time until it is refused. */
  private long takeAll(int tenant) {
    long taken = 0;
    while (shares.take(tenant(tenant), 1)) {
      taken++;
    }
    return taken;
  }

  @Test
  void oneTenant_takesHalf_andLeavesEachThatFollowsHalfOfTheRest() {
    assertThat(takeAll(1)).isEqualTo(600);
    assertThat(takeAll(2)).isEqualTo(300);
    assertThat(takeAll(3)).isEqualTo(150);
  }

  @Test
  void twoTenants_thatTakeInTurn_getAThirdEach() {
    long taken = 0;
    while (shares.take(tenant(1), 1) && shares.take(tenant(2), 1)) {
      taken++;
    }
    assertThat(taken).isEqualTo(400);
  }

  @Test
  void amountThatIsLargerThanAll_isLetInAlone() {
    assertThat(shares.take(tenant(1), 2 * MAX)).isTrue();
    assertThat(shares.take(tenant(2), 1)).isFalse();
    shares.give(tenant(1), 2 * MAX);
    assertThat(shares.take(tenant(2), 1)).isTrue();
  }

  @Test
  void whateverIsTakenAndGivenBack_theSumsHold() {
    Random random = new Random(5);
    Map<TenantId, Long> held = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      TenantId tenant = tenant(random.nextInt(10));
      long amount = 1L + random.nextInt(50);
      long has = held.getOrDefault(tenant, 0L);
      if (random.nextBoolean() && has >= amount) {
        shares.give(tenant, amount);
        held.put(tenant, has - amount);
      } else if (shares.take(tenant, amount)) {
        held.put(tenant, has + amount);
      }
      long all = held.values().stream().mapToLong(Long::longValue).sum();
      assertThat(shares.held()).isEqualTo(all).isLessThanOrEqualTo(MAX);
    }
  }
}
