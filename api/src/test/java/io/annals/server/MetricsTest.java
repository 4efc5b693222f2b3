package io.annals.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.http.ByteBudget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Prometheus is told. */
final class MetricsTest {
  private final Metrics metrics = new Metrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void timers_haveBucketsThatCanBeAddedUp() {
    metrics.registry().timer("annals.something", "work", "page").record(Duration.ofMillis(7));
    assertThat(metrics.scrape())
        .contains(
            "annals_something_seconds_bucket{work=\"page\",le=\"0.005\"} 0",
            "annals_something_seconds_bucket{work=\"page\",le=\"0.01\"} 1",
            "annals_something_seconds_count{work=\"page\"} 1");
  }

  @Test
  void metersOfOthers_areLeftAsTheyAre() {
    metrics.registry().timer("others").record(Duration.ofMillis(7));
    assertThat(metrics.scrape())
        .contains("others_seconds_count 1")
        .doesNotContain("others_seconds_b");
  }

  @Test
  void budget_showsWhatIsHeld() {
    ByteBudget budget = metrics.watched("letters", new ByteBudget(100));
    assertThat(budget.take(42)).isTrue();
    assertThat(metrics.scrape())
        .contains(
            "annals_queue_used{queue=\"letters\",unit=\"bytes\"} 42.0",
            "annals_queue_limit{queue=\"letters\",unit=\"bytes\"} 100.0");
  }

  @Test
  void store_isUp_orDownSince() {
    AtomicLong downSince = new AtomicLong();
    metrics.store("papyrus", () -> downSince.get() == 0, downSince::get);
    assertThat(metrics.scrape()).contains("annals_store_up{store=\"papyrus\"} 1.0");
    downSince.set(1_800_000_000);
    assertThat(metrics.scrape())
        .contains(
            "annals_store_up{store=\"papyrus\"} 0.0",
            "annals_store_down_since_seconds{store=\"papyrus\"} 1.8E9");
  }

  @Test
  void process_isDescribed() {
    assertThat(metrics.scrape())
        .contains(
            "annals_build_info{version=",
            "jvm_memory_used_bytes{area=\"heap\"",
            "jvm_threads_live_threads",
            "process_start_time_seconds");
  }

  @Test
  void servers_shareNothing() {
    Metrics other = new Metrics();
    other.registry().counter("annals.mine").increment();
    assertThat(metrics.scrape()).doesNotContain("annals_mine");
    other.close();
  }
}
