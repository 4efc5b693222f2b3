package io.annals.store.cassandra;

import io.annals.store.Store;
import io.annals.store.StoreProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.Set;

/** Opens the store {@code cassandra}. */
public final class CassandraProvider implements StoreProvider {
  @Override
  public String name() {
    return "cassandra";
  }

  @Override
  public Set<Role> roles() {
    return EnumSet.of(Role.ACTIVITY);
  }

  @Override
  public Future<Store> open(Vertx vertx, JsonObject section, MeterRegistry meters) {
    try {
      return CassandraStore.open(vertx, CassandraSettings.of(section), meters);
    } catch (IllegalArgumentException badSetting) {
      return Future.failedFuture(badSetting);
    }
  }
}
