package io.annals.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SharesTest {
  private static final long MAX = 1_200;

  private final Shares<Integer> shares = new Shares<>(MAX);

  /** What one gets that takes one at a time until it is refused. */
  private long takeAll(int holder) {
    long taken = 0;
    while (shares.take(holder, 1)) {
      taken++;
    }
    return taken;
  }

  @Test
  void oneHolder_takesHalf_andLeavesEachThatFollowsHalfOfTheRest() {
    assertThat(takeAll(1)).isEqualTo(600);
    assertThat(takeAll(2)).isEqualTo(300);
    assertThat(takeAll(3)).isEqualTo(150);
  }

  @Test
  void twoHolders_thatTakeInTurn_getAThirdEach() {
    long taken = 0;
    while (shares.take(1, 1) && shares.take(2, 1)) {
      taken++;
    }
    assertThat(taken).isEqualTo(400);
  }

  @Test
  void amountThatIsLargerThanAll_isLetInAlone() {
    assertThat(shares.take(1, 2 * MAX)).isTrue();
    assertThat(shares.take(2, 1)).isFalse();
    shares.give(1, 2 * MAX);
    assertThat(shares.take(2, 1)).isTrue();
  }

  @Test
  void whateverIsTakenAndGivenBack_theSumsHold() {
    Random random = new Random(5);
    Map<Integer, Long> held = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      int holder = random.nextInt(10);
      long amount = 1L + random.nextInt(50);
      long has = held.getOrDefault(holder, 0L);
      if (random.nextBoolean() && has >= amount) {
        shares.give(holder, amount);
        held.put(holder, has - amount);
      } else if (shares.take(holder, amount)) {
        held.put(holder, has + amount);
      }
      long all = held.values().stream().mapToLong(Long::longValue).sum();
      assertThat(shares.held()).isEqualTo(all).isLessThanOrEqualTo(MAX);
    }
  }
}
