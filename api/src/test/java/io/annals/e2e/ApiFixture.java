package io.annals.e2e;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.annals.auth.KeyFile;
import io.annals.auth.TokenIssuer;
import io.annals.config.Config;
import io.annals.embedded.EmbeddedCassandra;
import io.annals.embedded.EmbeddedPostgres;
import io.annals.model.TenantId;
import io.annals.server.AnnalsServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** One server with databases of its own for all tests of this JVM. */
final class ApiFixture {
  static final int BODY_BYTES_MAX = 2 * 1024 * 1024;
  private static final String[] SCOPES = {
    "audit:read", "audit:write", "activity:read", "activity:write"
  };

  /** The store that keeps activity; every test must pass with each. */
  private static final String ACTIVITY = System.getProperty("annals.it.activity", "postgres");

  private static final Vertx VERTX = Vertx.vertx();

  private static final Path DIRECTORY = Path.of("target", "e2e").toAbsolutePath();
  private static final List<String> ERRORS = watchErrors();
  private static final EmbeddedPostgres POSTGRES = startPostgres();
  private static @Nullable EmbeddedCassandra cassandra;
  private static final AnnalsServer SERVER = startServer(VERTX);
  private static final KeyFile KEYS = KeyFile.readOrCreate(DIRECTORY.resolve("auth.json"));
  private static final TokenIssuer ISSUER = new TokenIssuer(KEYS);

  private ApiFixture() {}

  static AnnalsServer server() {
    return SERVER;
  }

  static KeyFile keys() {
    return KEYS;
  }

  /** What was logged as an error since the last call: a defect, whatever the client saw. */
  static List<String> takeErrors() {
    List<String> taken = List.copyOf(ERRORS);
    ERRORS.clear();
    return taken;
  }

  /** A further server on the same database. */
  static AnnalsServer startServer(Vertx vertx) {
    return startServer(vertx, Map.of("ANNALS_STORAGE_ACTIVITY", ACTIVITY));
  }

  /** A further server with these settings; the databases that its stores need are started. */
  static AnnalsServer startServer(Vertx vertx, Map<String, String> chosen) {
    TreeMap<String, String> settings = new TreeMap<>(chosen);
    settings.put("ANNALS_HTTP_PORT", "0");
    settings.put("ANNALS_HTTP_BODY_BYTES_MAX", String.valueOf(BODY_BYTES_MAX));
    settings.put("ANNALS_MANAGEMENT_PORT", "0");
    settings.put("ANNALS_DATA_DIR", DIRECTORY.toString());
    if (chosen.containsValue("cassandra")) {
      EmbeddedCassandra own = cassandra();
      settings.put("ANNALS_CASSANDRA_CONTACT_POINTS", own.contactPoint());
      settings.put("ANNALS_CASSANDRA_DATACENTER", own.datacenter());
    }
    settings.put("ANNALS_POSTGRES_URI", POSTGRES.uri());
    settings.put("ANNALS_POSTGRES_USER", POSTGRES.user());
    settings.put("ANNALS_POSTGRES_PASSWORD", POSTGRES.password());
    return await(AnnalsServer.start(vertx, Config.load(null, settings)));
  }

  static String token(UUID tenant, String... scopes) {
    return ISSUER.issue(
        "test", Optional.of(new TenantId(tenant)), Set.of(scopes), Duration.ofHours(1));
  }

  static String token(UUID tenant) {
    return token(tenant, SCOPES);
  }

  static String operatorToken() {
    return ISSUER.issue("operator", Optional.empty(), Set.of(SCOPES), Duration.ofHours(1));
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("nothing for a minute", e);
    }
  }

  private static EmbeddedPostgres startPostgres() {
    try {
      Files.createDirectories(DIRECTORY);
      EmbeddedPostgres postgres = EmbeddedPostgres.start(DIRECTORY.resolve("postgres"));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(postgres)));
      return postgres;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Started when it is needed first. */
  private static synchronized EmbeddedCassandra cassandra() {
    EmbeddedCassandra running = cassandra;
    if (running == null) {
      try {
        running = EmbeddedCassandra.start(DIRECTORY.resolve("cassandra"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      EmbeddedCassandra started = running;
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(started)));
      cassandra = started;
    }
    return running;
  }

  private static void close(Closeable database) {
    try {
      database.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The PostgreSQL of a test run that was killed. */
  private static boolean ofStart(ILoggingEvent event) {
    return event.getLoggerName().startsWith("io.annals.embedded");
  }

  private static List<String> watchErrors() {
    List<String> errors = new CopyOnWriteArrayList<>();
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.WARN) && !ofStart(event)) {
              errors.add(event.getLoggerName() + ": " + event.getFormattedMessage());
            }
          }
        };
    appender.start();
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(appender);
    return errors;
  }
}
