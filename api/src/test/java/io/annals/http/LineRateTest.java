package io.annals.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LineRateTest {
  private final List<String> lines = new ArrayList<>();
  private long nowNanos = Long.MAX_VALUE - 5; // where the clock starts is open, and it may wrap
  private final LineRate rate = new LineRate(() -> nowNanos);

  private void say(String reason) {
    rate.say(reason, more -> lines.add(reason + more));
  }

  @Test
  void reason_isSaidOncePerSecond_withTheNumberOfThoseThatWereNot() {
    for (int i = 0; i < 1000; i++) {
      say("down");
    }
    assertThat(lines).containsExactly("down");
    nowNanos += TimeUnit.SECONDS.toNanos(1);
    say("down");
    say("down");
    assertThat(lines).containsExactly("down", "down (and 999 more since the last such line)");
    nowNanos += TimeUnit.SECONDS.toNanos(3);
    say("down");
    assertThat(lines).hasSize(3).last().isEqualTo("down (and 1 more since the last such line)");
  }

  @Test
  void reasons_doNotSilenceEachOther() {
    say("down");
    say("late");
    say("late");
    say("down");
    assertThat(lines).containsExactly("down", "late");
  }

  @Test
  void reasonThatIsRare_isSaidEachTime() {
    for (int i = 0; i < 3; i++) {
      say("down");
      nowNanos += TimeUnit.SECONDS.toNanos(2);
    }
    assertThat(lines).containsExactly("down", "down", "down");
  }
}
