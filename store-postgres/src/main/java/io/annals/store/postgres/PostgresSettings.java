package io.annals.store.postgres;

import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The section {@code postgres} of the configuration; {@code annals-postgres.yaml} explains it. */
record PostgresSettings(
    String uri,
    @Nullable String user,
    @Nullable String password,
    int readers,
    int readersWaitingMax,
    int writers,
    int writersWaitingEventsMax,
    int timeoutMillis) {

  /** The role that owns nothing; see {@code V1__audit_streams.sql}. */
  static final String APPLICATION_ROLE = "annals_app";

  private static final int STATEMENTS_CACHED = 256;

  /** Who waits for a whole table makes everybody wait behind it: better give up and try again. */
  private static final int LOCK_TIMEOUT_MILLIS = 1_000;

  private static final int UPKEEP_SILENT_MILLIS_MAX = 10 * 60_000;

  /** Above the longest statement, a page that is the union of many facets. */
  private static final int STATEMENT_CHARACTERS_MAX = 65_536;

  static PostgresSettings of(JsonObject section) {
    String uri = section.getString("uri");
    if (uri == null) {
      throw new IllegalArgumentException("postgres.uri is missing");
    }
    PostgresSettings settings =
        new PostgresSettings(
            uri,
            section.getString("user"),
            section.getString("password"),
            positive(section, "readers"),
            positive(section, "readersWaitingMax"),
            positive(section, "writers"),
            positive(section, "writersWaitingEventsMax"),
            positive(section, "timeoutMillis"));
    settings.loginOptions(); // refuses a malformed URI here, as the bad setting it is
    return settings;
  }

  private static int positive(JsonObject section, String key) {
    Integer value = section.getInteger(key);
    if (value == null || value < 1) {
      throw new IllegalArgumentException("postgres." + key + " must be at least 1, not " + value);
    }
    return value;
  }

  /** As the login role, for migrations. */
  PgConnectOptions loginOptions() {
    PgConnectOptions options;
    try {
      options = PgConnectOptions.fromUri(uri);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "postgres.uri is not of the form postgresql://host:port/database", e);
    }
    PostgresTls.apply(options);
    if (user != null) {
      options.setUser(user);
    }
    if (password != null) {
      options.setPassword(password);
    }
    return options;
  }

  /** As the role that row-level security binds, with bounds on every statement. */
  PgConnectOptions applicationOptions() {
    PgConnectOptions options = loginOptions();
    options
        .setCachePreparedStatements(true)
        .setPreparedStatementCacheMaxSize(STATEMENTS_CACHED)
        .setPreparedStatementCacheSqlLimit(STATEMENT_CHARACTERS_MAX)
        .addProperty("role", APPLICATION_ROLE)
        .addProperty("application_name", "annals")
        .addProperty("statement_timeout", Integer.toString(timeoutMillis))
        .addProperty("idle_in_transaction_session_timeout", Integer.toString(2 * timeoutMillis));
    return options;
  }

  /** As the same role, to hear of changes. */
  PgConnectOptions listenerOptions() {
    return applicationOptions().addProperty("application_name", "annals-listener");
  }

  /** As the login role, to look after tables of its own without standing in anybody's way. */
  PgConnectOptions upkeepOptions() {
    PgConnectOptions options = loginOptions();
    options
        .addProperty("application_name", "annals-upkeep")
        .addProperty("lock_timeout", Integer.toString(LOCK_TIMEOUT_MILLIS))
        // Its turn ends with the session, which PostgreSQL has to know: lost after two minutes.
        .addProperty("tcp_keepalives_idle", "60")
        .addProperty("tcp_keepalives_interval", "10")
        .addProperty("tcp_keepalives_count", "6");
    return options;
  }

  /** What takes longer than any statement of the upkeep is an answer that does not come. */
  NetClientOptions upkeepTransport() {
    return closedWhenSilentFor(UPKEEP_SILENT_MILLIS_MAX);
  }

  PoolOptions poolOptions() {
    return new PoolOptions()
        .setName("annals-readers")
        .setMaxSize(readers)
        .setMaxWaitQueueSize(readersWaitingMax)
        .setConnectionTimeout(timeoutMillis)
        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  /**
   * Connections that said nothing for longer than a statement may take are closed, whether somebody
   * waits for an answer or for nothing: the network may have forgotten them, and a reader who found
   * several of those would wait in vain again and again. {@link PostgresConnections#cutWhenSilent}
   * does it for those that were lent; to one that still logs in, the driver only says goodbye.
   */
  NetClientOptions poolTransport() {
    return closedWhenSilentFor(silentMillisMax());
  }

  /** How long a reader's connection may leave a question unanswered: longer than a statement. */
  int silentMillisMax() {
    return (int) Math.min(timeoutMillis * 3L / 2, Integer.MAX_VALUE);
  }

  private static NetClientOptions closedWhenSilentFor(int millis) {
    return new NetClientOptions()
        .setReadIdleTimeout(millis)
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  @Override
  public String toString() {
    return "postgres " + uri.replaceAll("//[^/@]*@", "//").replaceAll("\\?.*", "");
  }
}
