package io.annals.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.config.Config;
import io.annals.memory.MemoryProvider;
import io.annals.store.StoreException;
import io.annals.store.StoreProvider.Role;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenStoresTest {
  private final Vertx vertx = Vertx.vertx();

  @BeforeEach
  void forget() {
    MemoryProvider.takeEvents();
  }

  @AfterEach
  void close() throws TimeoutException {
    await(vertx.close());
  }

  private OpenStores stores(Map<String, String> environment) {
    Config config = Config.load(null, environment);
    return new OpenStores(
        vertx,
        config,
        new Health(config.storage(), InstantSource.system()),
        new SimpleMeterRegistry());
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(20, TimeUnit.SECONDS);
  }

  @Test
  void storeOfBothRoles_isOpenedOnceAndClosedOnce() throws TimeoutException {
    OpenStores stores =
        stores(Map.of("ANNALS_STORAGE_AUDIT", "memory", "ANNALS_STORAGE_ACTIVITY", "memory"));
    await(stores.open());
    assertThat(stores.byName()).containsOnlyKeys("memory");
    assertThat(stores.description(Role.AUDIT)).isEqualTo("memory");
    await(stores.close());
    assertThat(MemoryProvider.takeEvents())
        .containsExactly("memory opened", "memory keeps activity", "memory closed");
  }

  @Test
  void eachRole_isGivenToTheStoreThatIsChosenForIt() throws TimeoutException {
    OpenStores stores =
        stores(Map.of("ANNALS_STORAGE_AUDIT", "memory", "ANNALS_STORAGE_ACTIVITY", "timeline"));
    await(stores.open());
    assertThat(stores.byName()).containsOnlyKeys("memory", "timeline");
    assertThat(stores.description(Role.ACTIVITY)).isEqualTo("timeline");
    await(stores.close());
    assertThat(MemoryProvider.takeEvents())
        .containsOnlyOnce("memory opened", "timeline opened", "timeline keeps activity")
        .containsOnlyOnce("memory closed", "timeline closed")
        .hasSize(5);
  }

  @Test
  void storeThatCannotBeOpened_leavesTheOtherToBeClosed() throws TimeoutException {
    OpenStores stores =
        stores(
            Map.of(
                "ANNALS_STORAGE_AUDIT", "memory",
                "ANNALS_STORAGE_ACTIVITY", "timeline",
                "ANNALS_TIMELINE_BROKEN", "true"));
    assertThatThrownBy(() -> await(stores.open()))
        .isInstanceOf(StoreException.class)
        .hasMessage("timeline is broken");
    await(stores.close());
    assertThat(MemoryProvider.takeEvents()).containsExactly("memory opened", "memory closed");
  }

  @Test
  void storeThatIsNotChosen_isNotOpened() throws TimeoutException {
    OpenStores stores =
        stores(
            Map.of(
                "ANNALS_STORAGE_AUDIT", "memory",
                "ANNALS_STORAGE_ACTIVITY", "memory",
                "ANNALS_TIMELINE_BROKEN", "true"));
    await(stores.open());
    await(stores.close());
    assertThat(MemoryProvider.takeEvents()).doesNotContain("timeline opened");
  }
}
