package io.annals.store.cassandra;

import com.datastax.dse.driver.api.core.config.DseDriverOption;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.config.ProgrammaticDriverConfigLoaderBuilder;
import com.datastax.oss.driver.internal.core.metrics.NoopMetricsFactory;
import com.datastax.oss.driver.internal.core.session.throttling.ConcurrencyLimitingRequestThrottler;
import com.datastax.oss.driver.internal.core.specex.ConstantSpeculativeExecutionPolicy;
import com.datastax.oss.driver.internal.core.ssl.DefaultSslEngineFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the driver is set up: every bound that its defaults leave open or choose otherwise. */
final class CassandraSession {
  /** The profile of what is read: asked of a second node when the first one is slow. */
  static final String READING = "reading";

  /** Most reads take a tenth of it, also on a busy node. */
  private static final Duration ASK_ANOTHER_AFTER = Duration.ofMillis(500);

  private static final int NODES_ASKED_MAX = 2;

  /**
   * A node that said nothing for so long is asked for a sign of life, and given up when none comes:
   * well before what waits for it is too late to be asked of another one.
   */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(2);

  /** Must be less than the silence. */
  private static final Duration SIGN_OF_LIFE_MAX = Duration.ofMillis(1_500);

  /** What a node may take to let a connection in; opening a session waits for all of them. */
  private static final int CONNECT_MILLIS_MAX = 5_000;

  /** All nodes may have been away, and nobody tells then that one is back. */
  private static final Duration RECONNECT_AT_LEAST_EVERY = Duration.ofSeconds(2);

  /** Statements under way; the writer alone never needs so many, so readers cannot starve it. */
  static final int STATEMENTS_MAX = 1_024;

  static final int STATEMENTS_WAITING_MAX = 10_000;

  private CassandraSession() {}

  /** Connects; blocks. Throws the driver's exceptions. */
  static CqlSession open(CassandraSettings settings, @Nullable String keyspace) {
    // Names are resolved here: the driver takes unresolved ones for proxies to be resolved later.
    List<InetSocketAddress> points =
        settings.contactPoints().stream()
            .map(point -> new InetSocketAddress(point.getHostString(), point.getPort()))
            .toList();
    CqlSessionBuilder builder =
        CqlSession.builder()
            .withConfigLoader(configuration(settings))
            .addContactPoints(points)
            .withLocalDatacenter(settings.datacenter())
            .withApplicationName("annals");
    if (settings.user() != null && settings.password() != null) {
      builder.withAuthCredentials(settings.user(), settings.password());
    }
    if (keyspace != null) {
      builder.withKeyspace(keyspace);
    }
    return builder.build();
  }

  private static DriverConfigLoader configuration(CassandraSettings settings) {
    Duration timeout = Duration.ofMillis(settings.timeoutMillis());
    Duration connecting = Duration.ofMillis(Math.min(settings.timeoutMillis(), CONNECT_MILLIS_MAX));
    ProgrammaticDriverConfigLoaderBuilder builder =
        DriverConfigLoader.programmaticBuilder()
            .withString(DefaultDriverOption.SESSION_NAME, "annals")
            .withString(DefaultDriverOption.REQUEST_CONSISTENCY, settings.consistency().name())
            .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, timeout)
            // Everything written says its own timestamp, or is the same whenever it is repeated.
            .withBoolean(DefaultDriverOption.REQUEST_DEFAULT_IDEMPOTENCE, true)
            .withDuration(DefaultDriverOption.CONNECTION_CONNECT_TIMEOUT, connecting)
            .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, connecting)
            .withDuration(DefaultDriverOption.HEARTBEAT_INTERVAL, SILENCE_MAX)
            .withDuration(DefaultDriverOption.HEARTBEAT_TIMEOUT, SIGN_OF_LIFE_MAX)
            .withDuration(DefaultDriverOption.METADATA_SCHEMA_REQUEST_TIMEOUT, timeout)
            .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, RECONNECT_AT_LEAST_EVERY)
            .withClass(
                DefaultDriverOption.REQUEST_THROTTLER_CLASS,
                ConcurrencyLimitingRequestThrottler.class)
            .withInt(DefaultDriverOption.REQUEST_THROTTLER_MAX_CONCURRENT_REQUESTS, STATEMENTS_MAX)
            .withInt(DefaultDriverOption.REQUEST_THROTTLER_MAX_QUEUE_SIZE, STATEMENTS_WAITING_MAX)
            .withClass(DefaultDriverOption.METRICS_FACTORY_CLASS, NoopMetricsFactory.class)
            .withBoolean(DseDriverOption.MONITOR_REPORTING_ENABLED, false)
            .withBoolean(DefaultDriverOption.TIMESTAMP_GENERATOR_FORCE_JAVA_CLOCK, true)
            .withBoolean(DefaultDriverOption.NETTY_DAEMON, true)
            // Everything is answered before the session is closed: two seconds would be idle.
            .withString(DefaultDriverOption.NETTY_IO_SHUTDOWN_UNIT, "MILLISECONDS")
            .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 50)
            .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_TIMEOUT, 5_000)
            .withString(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_UNIT, "MILLISECONDS")
            .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 50)
            .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_TIMEOUT, 5_000)
            .withStringList(
                DefaultDriverOption.METADATA_SCHEMA_REFRESHED_KEYSPACES,
                List.of(settings.keyspace()));
    if (settings.tls()) {
      tls(builder, settings);
    }
    return builder
        .startProfile(READING)
        .withClass(
            DefaultDriverOption.SPECULATIVE_EXECUTION_POLICY_CLASS,
            ConstantSpeculativeExecutionPolicy.class)
        .withInt(DefaultDriverOption.SPECULATIVE_EXECUTION_MAX, NODES_ASKED_MAX)
        .withDuration(DefaultDriverOption.SPECULATIVE_EXECUTION_DELAY, ASK_ANOTHER_AFTER)
        .endProfile()
        .build();
  }

  private static void tls(
      ProgrammaticDriverConfigLoaderBuilder builder, CassandraSettings settings) {
    builder
        .withClass(DefaultDriverOption.SSL_ENGINE_FACTORY_CLASS, DefaultSslEngineFactory.class)
        .withBoolean(DefaultDriverOption.SSL_HOSTNAME_VALIDATION, settings.tlsHostnameCheck());
    if (settings.tlsTrustStore() != null) {
      builder.withString(DefaultDriverOption.SSL_TRUSTSTORE_PATH, settings.tlsTrustStore());
    }
    if (settings.tlsTrustStorePassword() != null) {
      builder.withString(
          DefaultDriverOption.SSL_TRUSTSTORE_PASSWORD, settings.tlsTrustStorePassword());
    }
  }
}
