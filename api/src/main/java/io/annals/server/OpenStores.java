package io.annals.server;

import io.annals.config.Config;
import io.annals.store.ActivityStore;
import io.annals.store.AuditStore;
import io.annals.store.KeyStore;
import io.annals.store.Store;
import io.annals.store.StoreProvider;
import io.annals.store.StoreProvider.Role;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The stores that the configuration chooses, each opened once, whatever it is chosen for. */
final class OpenStores {
  private final Vertx vertx;
  private final Config config;
  private final Health health;
  private final MeterRegistry meters;
  private final EmbeddedDatabases databases;
  private final Map<String, Store> byName = new ConcurrentSkipListMap<>();
  private @Nullable AuditStore audit;
  private @Nullable ActivityStore activity;
  private @Nullable KeyStore keys;

  OpenStores(Vertx vertx, Config config, Health health, MeterRegistry meters) {
    this.vertx = vertx;
    this.config = config;
    this.health = health;
    this.meters = meters;
    databases = new EmbeddedDatabases(config.dataDir());
  }

  /** Opens them; waits for all of them also when one fails, so that the others can be closed. */
  Future<?> open() {
    return Future.join(new TreeSet<>(config.storage().values()).stream().map(this::open).toList())
        .compose(all -> chosen(Role.ACTIVITY).activity(config.activity()))
        .onSuccess(opened -> activity = metered(ActivityStore.class, Role.ACTIVITY, opened))
        .compose(opened -> chosen(Role.AUDIT).keys())
        .onSuccess(opened -> keys = metered(KeyStore.class, Role.AUDIT, opened))
        .onSuccess(
            opened -> audit = metered(AuditStore.class, Role.AUDIT, chosen(Role.AUDIT).audit()));
  }

  private Future<Store> open(String name) {
    return vertx
        .executeBlocking(() -> databases.start(name, config.stores().get(name).copy()), false)
        .compose(section -> StoreProvider.named(name).open(vertx, section, meters))
        .onSuccess(store -> byName.put(name, store))
        .onSuccess(store -> health.opened(vertx, name, store));
  }

  private <T> T metered(Class<T> calls, Role role, T store) {
    return MeteredCalls.of(calls, store, String.valueOf(config.storage().get(role)), meters);
  }

  private Store chosen(Role role) {
    return Objects.requireNonNull(byName.get(config.storage().get(role)));
  }

  AuditStore audit() {
    return Objects.requireNonNull(audit);
  }

  ActivityStore activity() {
    return Objects.requireNonNull(activity);
  }

  KeyStore keys() {
    return Objects.requireNonNull(keys);
  }

  /** All of them, by their names. */
  Map<String, Store> byName() {
    return Map.copyOf(byName);
  }

  /** Where this is kept, for people. */
  String description(Role role) {
    String name = String.valueOf(config.storage().get(role));
    return databases.description(name).orElse(name);
  }

  /** Closes them, then stops the databases that were started for them. */
  Future<Void> close() {
    return Future.join(byName.values().stream().map(Store::close).toList())
        .transform(closed -> vertx.executeBlocking(this::stopDatabases));
  }

  private @Nullable Void stopDatabases() throws Exception {
    databases.close();
    return null;
  }
}
