package io.annals.store.postgres;

import com.fasterxml.uuid.Generators;
import io.annals.model.Event;
import io.annals.model.KeyLifecycle;
import io.annals.model.NewEvent;
import io.annals.model.TenantId;
import io.annals.store.KeyEvents;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A change of one tenant's keys in a transaction, with its events. What is changed is locked first,
 * and changed by a later statement, which sees what was committed meanwhile.
 */
final class PostgresKeyChange {
  private static final PostgresTable LIFECYCLE = new PostgresTable(KeyLifecycle.EVENTS);

  static final KeyEvents EVENTS = new KeyEvents(Generators.timeBasedEpochGenerator()::generate);

  private final TenantId tenant;
  private final List<Event> events;
  private final SqlConnection connection;

  private PostgresKeyChange(TenantId tenant, SqlConnection connection, List<Event> events) {
    this.tenant = tenant;
    this.connection = connection;
    this.events = events;
  }

  /**
   * Makes a change in a transaction of its own. Watchers on this server hear of it before it
   * succeeds, and also when its fate is unknown.
   */
  static <T> Future<T> run(
      PostgresReaders connections,
      PostgresKeyChannel channel,
      TenantId tenant,
      Function<PostgresKeyChange, Future<T>> work) {
    List<Event> events = new CopyOnWriteArrayList<>(); // it may be late
    return connections
        .change(tenant, connection -> work.apply(new PostgresKeyChange(tenant, connection, events)))
        .eventually(
            () -> {
              tokens(events).forEach(channel::changed);
              return Future.succeededFuture();
            });
  }

  /** The events of which this column has this value. */
  static PostgresKeyList<Event> events(TenantId tenant, String column, UUID value) {
    return new PostgresKeyList<>(
            tenant, LIFECYCLE.name(), LIFECYCLE.columns(), LIFECYCLE::event, Event::position)
        .where(column + " = $%d::uuid", value);
  }

  TenantId tenant() {
    return tenant;
  }

  Future<RowSet<Row>> execute(String sql, Tuple parameters) {
    return connection.preparedQuery(sql).execute(parameters);
  }

  /** Stores these events with the change. The trigger of their table tells other servers. */
  Future<RowSet<Row>> record(List<Event> made) {
    events.addAll(made);
    List<NewEvent> sent = made.stream().map(event -> new NewEvent(event, false, false)).toList();
    return execute(LIFECYCLE.insert(), LIFECYCLE.insertParameters(tenant, sent));
  }

  private static Set<UUID> tokens(List<Event> events) {
    Set<UUID> tokens = new LinkedHashSet<>();
    for (Event event : events) {
      if (event.value(KeyLifecycle.TOKEN_ID) instanceof UUID token) {
        tokens.add(token);
      }
    }
    return tokens;
  }
}
