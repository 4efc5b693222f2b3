package io.annals.store.postgres;

import io.annals.store.Store;
import io.annals.store.StoreProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.Set;

/** Opens the store {@code postgres}. */
public final class PostgresProvider implements StoreProvider {
  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public Set<Role> roles() {
    return EnumSet.of(Role.AUDIT, Role.ACTIVITY);
  }

  @Override
  public Future<Store> open(Vertx vertx, JsonObject section, MeterRegistry meters) {
    try {
      return PostgresStore.open(vertx, PostgresSettings.of(section), meters);
    } catch (IllegalArgumentException badSetting) {
      return Future.failedFuture(badSetting);
    }
  }
}
