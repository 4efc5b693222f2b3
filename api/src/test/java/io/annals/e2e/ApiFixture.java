package io.annals.e2e;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.annals.auth.KeyFile;
import io.annals.auth.TokenIssuer;
import io.annals.config.Config;
import io.annals.http.GuardedTransport;
import io.annals.model.TenantId;
import io.annals.server.AnnalsServer;
import io.annals.servers.CassandraServer;
import io.annals.servers.PostgresServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** One server for all tests of this JVM, on the databases that all integration tests use. */
final class ApiFixture {
  static final int BODY_BYTES_MAX = 2 * 1024 * 1024;
  private static final int CONNECTIONS_MAX = 1000;
  private static final int PASSWORD_CHARS_MIN = 12;
  private static final String[] SCOPES = {
    "audit:read", "audit:write", "activity:read", "activity:write", "keys:read", "keys:write"
  };

  /** The store that keeps activity; every test must pass with each. */
  private static final String ACTIVITY = System.getProperty("annals.it.activity", "postgres");

  private static final Vertx VERTX = GuardedTransport.vertx(CONNECTIONS_MAX);

  private static final Path DIRECTORY = Path.of("target", "e2e").toAbsolutePath();
  private static final Map<String, String> DATABASES = databases(ACTIVITY);

  /** Who warns when a machine stands still for a second or two, which is nobody's call. */
  private static final Set<String> OF_THE_MACHINE =
      Set.of(
          "io.annals.store.postgres.PostgresKeyChannel",
          "io.annals.server.StoreHealth",
          "io.vertx.core.impl.BlockedThreadChecker");

  /** Watched from here on: what databases and Docker warn of while they start is theirs. */
  private static final List<String> ERRORS = watchLog();

  private static final AnnalsServer SERVER = startServer(VERTX);
  private static final Map<String, AnnalsServer> OTHERS = new ConcurrentHashMap<>();
  private static final KeyFile KEYS = readKeys(DIRECTORY.resolve("auth.json"));
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

  /**
   * The server that keeps audit trails and keys in this store; the same for all tests. Each has a
   * Vert.x of its own: within one, servers on free ports share them.
   */
  static AnnalsServer server(String audit) {
    return audit.equals("postgres")
        ? SERVER
        : OTHERS.computeIfAbsent(
            audit, store -> startServer(Vertx.vertx(), Map.of("ANNALS_STORAGE_AUDIT", store)));
  }

  /** A further server on the same database. */
  static AnnalsServer startServer(Vertx vertx) {
    return startServer(vertx, DATABASES);
  }

  /** A further server with these settings; the databases that its stores need are started. */
  static AnnalsServer startServer(Vertx vertx, Map<String, String> chosen) {
    TreeMap<String, String> settings =
        new TreeMap<>(databases(chosen.getOrDefault("ANNALS_STORAGE_ACTIVITY", ACTIVITY)));
    settings.put("ANNALS_LIMITS_FAILURES_PER_MINUTE", "0"); // tests fail all the time
    settings.putAll(chosen);
    settings.put("ANNALS_HTTP_PORT", "0");
    settings.put("ANNALS_HTTP_BODY_BYTES_MAX", String.valueOf(BODY_BYTES_MAX));
    settings.put("ANNALS_MANAGEMENT_PORT", "0");
    settings.put("ANNALS_DATA_DIR", DIRECTORY.toString());
    return await(AnnalsServer.start(vertx, Config.load(null, settings)));
  }

  static String token(UUID tenant, String... scopes) {
    return secret(
        ISSUER.issue(
            "test", Optional.of(new TenantId(tenant)), Set.of(scopes), Duration.ofHours(1)));
  }

  static String token(UUID tenant) {
    return token(tenant, SCOPES);
  }

  static String operatorToken() {
    return secret(ISSUER.issue("operator", Optional.empty(), Set.of(SCOPES), Duration.ofHours(1)));
  }

  private static String secret(String token) {
    Secrets.OF_SUITE.addFrom(token);
    return token;
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("nothing for a minute", e);
    }
  }

  /** The keys of the servers; none of their secrets may be said. */
  private static KeyFile readKeys(Path file) {
    KeyFile keys = KeyFile.readOrCreate(file);
    Secrets.OF_SUITE.add(Base64.getUrlEncoder().encodeToString(keys.cursorSecret()));
    Secrets.OF_SUITE.add(Base64.getEncoder().encodeToString(keys.cursorSecret()));
    Secrets.OF_SUITE.add(HexFormat.of().formatHex(keys.cursorSecret()));
    try {
      JsonArray jwks = new JsonObject(Files.readString(file)).getJsonArray("keys");
      jwks.forEach(jwk -> Secrets.OF_SUITE.add(((JsonObject) jwk).getString("d")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return keys;
  }

  /** The settings of the databases for this store of activity; they run when this returns. */
  private static Map<String, String> databases(String activity) {
    Map<String, String> settings = new TreeMap<>();
    PostgresServer postgres = PostgresServer.shared();
    settings.put("ANNALS_POSTGRES_URI", postgres.uri());
    putIfKnown(settings, "ANNALS_POSTGRES_USER", postgres.user());
    putIfKnown(settings, "ANNALS_POSTGRES_PASSWORD", postgres.password());
    settings.put("ANNALS_STORAGE_ACTIVITY", activity);
    if (activity.equals("cassandra")) {
      CassandraServer cassandra = CassandraServer.shared();
      settings.put("ANNALS_CASSANDRA_CONTACT_POINTS", cassandra.contactPoints());
      settings.put("ANNALS_CASSANDRA_DATACENTER", cassandra.datacenter());
      putIfKnown(settings, "ANNALS_CASSANDRA_USER", cassandra.user());
      putIfKnown(settings, "ANNALS_CASSANDRA_PASSWORD", cassandra.password());
    }
    settings.forEach(
        (name, value) -> {
          // A server from outside may have a password that is a word of everyday.
          if (name.endsWith("_PASSWORD") && value.length() >= PASSWORD_CHARS_MIN) {
            Secrets.OF_SUITE.add(value);
          }
        });
    return settings;
  }

  private static void putIfKnown(
      Map<String, String> settings, String name, @Nullable String value) {
    if (value != null) {
      settings.put(name, value);
    }
  }

  /** Collects warnings and errors; all else, ours in every detail, has to keep the secrets. */
  private static List<String> watchLog() {
    List<String> errors = new CopyOnWriteArrayList<>();
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            String text = event.getLoggerName() + ": " + event.getFormattedMessage();
            if (event.getLevel().isGreaterOrEqual(Level.WARN)
                && !OF_THE_MACHINE.contains(event.getLoggerName())) {
              errors.add(text);
            }
            Secrets.OF_SUITE.said(
                "log", text + " " + ThrowableProxyUtil.asString(event.getThrowableProxy()));
          }
        };
    appender.start();
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(appender);
    ((Logger) LoggerFactory.getLogger("io.annals")).setLevel(Level.TRACE);
    return errors;
  }
}
