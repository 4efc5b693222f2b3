package io.annals.server;

import io.annals.config.ConfigException;
import io.annals.embedded.EmbeddedCassandra;
import io.annals.embedded.EmbeddedCassandra.CommitlogSync;
import io.annals.embedded.EmbeddedCassandra.Options;
import io.annals.embedded.EmbeddedPostgres;
import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The databases that the server runs itself, for stores whose settings name none. */
final class EmbeddedDatabases implements Closeable {
  private record Running(Closeable database, String description) {}

  private final Path dataDir;
  private final Map<String, Running> running = new ConcurrentSkipListMap<>();

  /** Databases that keep their data under this directory. */
  EmbeddedDatabases(Path dataDir) {
    this.dataDir = dataDir;
  }

  /**
   * Starts the database of a store if its settings want it; blocks.
   *
   * @param section the store's settings; they get the address of the database
   * @return the settings
   */
  JsonObject start(String store, JsonObject section) throws IOException {
    if (store.equals("postgres") && section.getString("uri") == null) {
      startPostgres(section);
    } else if (store.equals("cassandra") && section.getBoolean("embedded")) {
      startCassandra(section);
    }
    return section;
  }

  private void startPostgres(JsonObject section) throws IOException {
    if (section.getString("user") != null || section.getString("password") != null) {
      throw new ConfigException(
          "postgres.user and postgres.password need postgres.uri beside them; without it Annals"
              + " runs a PostgreSQL of its own");
    }
    EmbeddedPostgres postgres = EmbeddedPostgres.start(directory("postgres")).keepRunning();
    running("postgres", "PostgreSQL", postgres);
    section
        .put("uri", postgres.uri())
        .put("user", postgres.user())
        .put("password", postgres.password());
  }

  private void startCassandra(JsonObject section) throws IOException {
    EmbeddedCassandra cassandra =
        EmbeddedCassandra.start(
            directory("cassandra"), Options.defaults().withCommitlogSync(CommitlogSync.BATCH));
    running("cassandra", "Cassandra", cassandra);
    section
        .put("contactPoints", cassandra.contactPoint())
        .put("datacenter", cassandra.datacenter());
  }

  private void running(String store, String product, Closeable database) {
    Path where = directory(store).toAbsolutePath().normalize();
    running.put(store, new Running(database, product + " of its own in " + where));
  }

  private Path directory(String store) {
    return dataDir.resolve(store);
  }

  /** What runs for a store and where its data is, for people; empty if nothing does. */
  Optional<String> description(String store) {
    return Optional.ofNullable(running.get(store)).map(Running::description);
  }

  /** Stops all of them; blocks. */
  @Override
  public void close() throws IOException {
    IOException failed = null;
    for (Running each : running.values()) {
      try {
        each.database().close();
      } catch (IOException e) {
        failed = failed == null ? e : failed;
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
