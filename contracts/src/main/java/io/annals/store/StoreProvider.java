package io.annals.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * A backend that can be chosen by its name in the configuration. Found by {@link ServiceLoader}.
 *
 * <p>A provider brings a resource {@code annals-NAME.yaml}: the settings of its section of the
 * configuration, each with a comment and its default. Keys that do not stand there are refused
 * before the provider sees them.
 */
public interface StoreProvider {
  /** What a backend can be chosen for. */
  enum Role {
    /** Keeps the audit streams. */
    AUDIT,
    /** Keeps API request activity. */
    ACTIVITY
  }

  /** What this one can be chosen for. */
  Set<Role> roles();

  /** The name that the configuration chooses it by, which is also the name of its section. */
  String name();

  /**
   * Connects, and creates or migrates the schema; safe when several servers do so at once.
   *
   * <p>Every call is timed by who makes it. The store measures what only it knows: its queues,
   * pools and batches ({@link io.annals.metrics.Bounds}), its work in the background ({@link
   * io.annals.metrics.Background}), its statements. Its own names begin with {@code annals.NAME};
   * no label has values without bound: no tenant, token, id or text of anybody.
   *
   * @param settings the provider's section, defaults filled in
   * @param meters the server's own, closed after the store
   * @return the open store; fails with {@link IllegalArgumentException} for a bad setting, naming
   *     it, and with {@link StoreException} if the database cannot be used
   */
  Future<Store> open(Vertx vertx, JsonObject settings, MeterRegistry meters);

  /** Every provider on the class path. */
  static List<StoreProvider> all() {
    return ServiceLoader.load(StoreProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /**
   * The provider of this name.
   *
   * @throws IllegalArgumentException if there is not exactly one, naming those there are
   */
  static StoreProvider named(String name) {
    List<StoreProvider> all = all();
    List<StoreProvider> found = all.stream().filter(p -> p.name().equals(name)).toList();
    if (found.size() != 1) {
      TreeMap<String, Long> names = new TreeMap<>();
      all.forEach(p -> names.merge(p.name(), 1L, Long::sum));
      String problem = found.isEmpty() ? "no store is called " : "several stores are called ";
      throw new IllegalArgumentException(
          problem + "\"" + name + "\"; there are: " + String.join(", ", names.keySet()));
    }
    return found.get(0);
  }
}
