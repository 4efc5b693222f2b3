package io.annals.store.postgres;

import io.annals.embedded.EmbeddedPostgres;
import io.annals.store.Store;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One real PostgreSQL for all tests of this module; or that of {@code -Dannals.it.postgres.uri}.
 */
final class TestDatabase {
  static final Vertx VERTX = Vertx.vertx();
  private static final JsonObject SECTION = section();
  private static final Store STORE = open();

  private TestDatabase() {}

  static Store store() {
    return STORE;
  }

  /** The settings that reach it. */
  static PostgresSettings settings() {
    return PostgresSettings.of(SECTION);
  }

  /** Another store on the same database, as another server would open it. */
  static Store open() {
    try {
      return new PostgresProvider().open(VERTX, SECTION).await(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the store did not open within a minute", e);
    }
  }

  private static JsonObject section() {
    JsonObject section =
        new JsonObject()
            .put("readers", 4)
            .put("readersWaitingMax", 1000)
            .put("writers", 2)
            .put("writersWaitingEventsMax", 20_000)
            .put("timeoutMillis", 20_000);
    String uri = System.getProperty("annals.it.postgres.uri");
    if (uri != null) {
      return section.put("uri", uri);
    }
    try {
      Path directory = Files.createDirectories(Path.of("target", "postgres").toAbsolutePath());
      EmbeddedPostgres postgres = EmbeddedPostgres.start(directory);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(postgres)));
      return section
          .put("uri", postgres.uri())
          .put("user", postgres.user())
          .put("password", postgres.password());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(EmbeddedPostgres postgres) {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
