package io.annals.server;

import io.annals.server.StoreHealth.Status;
import io.annals.store.Store;
import io.annals.store.StoreProvider.Role;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whether the server is ready: what each of its stores is good for, and what is served by them. */
final class Health {
  /** What depends on the store that has a role; keys are kept where the audit streams are. */
  private static final Map<Role, List<String>> SERVED =
      Map.of(Role.AUDIT, List.of("audit", "keys"), Role.ACTIVITY, List.of("activity"));

  private enum Phase {
    STARTING,
    STARTED,
    STOPPING
  }

  private final Map<String, StoreHealth> stores = new TreeMap<>();
  private final Map<String, StoreHealth> served = new TreeMap<>();
  private volatile Phase phase = Phase.STARTING;

  /**
   * Of a server that starts.
   *
   * @param storage the names of the stores that are chosen
   */
  Health(Map<Role, String> storage, InstantSource clock) {
    Map<String, List<String>> roles = new TreeMap<>();
    storage.forEach(
        (role, name) ->
            roles.computeIfAbsent(name, n -> new ArrayList<>()).addAll(SERVED.get(role)));
    roles.forEach(
        (name, list) -> {
          StoreHealth store = new StoreHealth(name, list.stream().sorted().toList(), clock);
          stores.put(name, store);
          list.forEach(role -> served.put(role, store));
        });
  }

  /** That of each store. */
  Collection<StoreHealth> stores() {
    return stores.values();
  }

  /** Checks this store from now on. */
  void opened(Vertx vertx, String name, Store store) {
    stores.get(name).watch(vertx, store);
  }

  /** From now on the server is ready when its stores are. */
  void started() {
    phase = Phase.STARTED;
  }

  /** From now on the server is not ready, whatever its stores are. */
  void stopping() {
    phase = Phase.STOPPING;
    stores.values().forEach(StoreHealth::end);
  }

  /** Whether everything can be served: {@code UP}, {@code DOWN}, {@code STARTING} or so. */
  String status() {
    if (phase != Phase.STARTED) {
      return phase.name();
    }
    for (Status worst : new Status[] {Status.DOWN, Status.STARTING}) {
      if (stores.values().stream().anyMatch(store -> store.status() == worst)) {
        return worst.name();
      }
    }
    return Status.UP.name();
  }

  /** The same for one of the things that are served; empty if there is no such thing. */
  Optional<String> status(String role) {
    return Optional.ofNullable(served.get(role))
        .map(store -> phase == Phase.STARTED ? store.status().name() : phase.name());
  }

  /** All of it, for people. */
  JsonObject toJson() {
    JsonObject serves = new JsonObject();
    served.keySet().forEach(role -> serves.put(role, status(role).orElseThrow()));
    JsonObject ofStores = new JsonObject();
    stores.forEach((name, store) -> ofStores.put(name, store.toJson()));
    return new JsonObject().put("status", status()).put("serves", serves).put("stores", ofStores);
  }
}
