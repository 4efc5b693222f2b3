package io.annals.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BoundsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong used = new AtomicLong();

  private double value(String name, String label, String value) {
    return meters.get(name).tag(label, value).gauge().value();
  }

  @Test
  void queue_showsWhatIsUsedNow_besideItsLimit() {
    Bounds.queue(meters, "letters", "pages", 100, used, AtomicLong::get);
    used.set(42);
    assertThat(value("annals.queue.used", "queue", "letters")).isEqualTo(42);
    assertThat(value("annals.queue.limit", "queue", "letters")).isEqualTo(100);
    assertThat(value("annals.queue.used", "unit", "pages")).isEqualTo(42);
  }

  @Test
  void caches_andPools_areNotAmongTheQueues() {
    Bounds.cache(meters, "faces", "entries", 10, used, AtomicLong::get);
    Bounds.pool(meters, "clerks", "people", 3, used, AtomicLong::get);
    assertThat(value("annals.cache.limit", "cache", "faces")).isEqualTo(10);
    assertThat(value("annals.pool.limit", "pool", "clerks")).isEqualTo(3);
    assertThat(meters.find("annals.queue.used").meters()).isEmpty();
  }

  @Test
  void owner_isKeptAsLongAsTheMeters() {
    Bounds.queue(meters, "letters", "pages", 100, new AtomicLong(7), AtomicLong::get);
    System.gc();
    assertThat(value("annals.queue.used", "queue", "letters")).isEqualTo(7);
  }
}
