package io.annals.memory;

import io.annals.store.ActivityPolicy;
import io.annals.store.ActivityStore;
import io.annals.store.AuditStore;
import io.annals.store.KeyStore;
import io.annals.store.Store;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.annals.store.StoreProvider;
import io.annals.tck.MemoryStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The reference implementation, for every role, and a record of who opened and closed it. */
public class MemoryProvider implements StoreProvider {
  private static final List<String> EVENTS = new CopyOnWriteArrayList<>();

  private static volatile @Nullable MemoryStore lastOpened;

  /** The store that was opened last, to look at what a server does with it. */
  public static MemoryStore lastOpened() {
    return Objects.requireNonNull(lastOpened);
  }

  /** What happened to stores since the last call, such as {@code memory opened}. */
  public static List<String> takeEvents() {
    List<String> taken = List.copyOf(EVENTS);
    EVENTS.clear();
    return taken;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Set<Role> roles() {
    return EnumSet.allOf(Role.class);
  }

  @Override
  public Future<Store> open(Vertx vertx, JsonObject settings, MeterRegistry meters) {
    if (settings.getBoolean("broken")) {
      return Future.failedFuture(new StoreException(Kind.UNAVAILABLE, name() + " is broken", null));
    }
    EVENTS.add(name() + " opened");
    MemoryStore store = new MemoryStore();
    lastOpened = store;
    return Future.succeededFuture(new Recorded(name(), store));
  }

  private record Recorded(String name, MemoryStore store) implements Store {
    @Override
    public AuditStore audit() {
      return store.audit();
    }

    @Override
    public Future<ActivityStore> activity(ActivityPolicy policy) {
      EVENTS.add(name + " keeps activity");
      return store.activity(policy);
    }

    @Override
    public Future<KeyStore> keys() {
      return store.keys();
    }

    @Override
    public Future<Void> check() {
      return store.check();
    }

    @Override
    public Future<Void> close() {
      EVENTS.add(name + " closed");
      return store.close();
    }
  }
}
