package io.annals.server;

import io.annals.config.ConfigException;
import io.annals.embedded.EmbeddedPostgres;
import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The databases that the server runs itself, for stores whose settings name none. */
final class EmbeddedDatabases implements Closeable {
  private record Running(Closeable database, String description) {}

  private final Path dataDir;
  private final Map<String, Running> running = new TreeMap<>();

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
  synchronized JsonObject start(String store, JsonObject section) throws IOException {
    if (store.equals("postgres") && section.getString("uri") == null) {
      return startPostgres(section);
    }
    return section;
  }

  private JsonObject startPostgres(JsonObject section) throws IOException {
    if (section.getString("user") != null || section.getString("password") != null) {
      throw new ConfigException(
          "postgres.user and postgres.password need postgres.uri beside them; without it Annals"
              + " runs a PostgreSQL of its own");
    }
    EmbeddedPostgres postgres = EmbeddedPostgres.start(directory("postgres"));
    running.put("postgres", new Running(postgres, "PostgreSQL of its own in " + shown("postgres")));
    return section
        .put("uri", postgres.uri())
        .put("user", postgres.user())
        .put("password", postgres.password());
  }

  private Path directory(String store) {
    return dataDir.resolve(store);
  }

  private Path shown(String store) {
    return directory(store).toAbsolutePath().normalize();
  }

  /** What runs for a store and where its data is, for people; empty if nothing does. */
  synchronized Optional<String> description(String store) {
    return Optional.ofNullable(running.get(store)).map(Running::description);
  }

  /** Stops all of them; blocks. */
  @Override
  public synchronized void close() throws IOException {
    for (Running each : running.values()) {
      each.database().close();
    }
  }
}
