package io.annals.store.cassandra;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.InvalidKeyspaceException;
import com.datastax.oss.driver.api.core.cql.ResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.loadbalancing.NodeDistance;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.datastax.oss.driver.api.core.servererrors.ReadFailureException;
import com.datastax.oss.driver.api.core.servererrors.ServerError;
import com.datastax.oss.driver.api.core.servererrors.WriteFailureException;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the keyspace and brings its tables up to date. One of several servers does it at a time:
 * Cassandra does not take well to schema changes made in two places at once.
 */
final class CassandraSchema {
  private static final Logger LOG = LoggerFactory.getLogger(CassandraSchema.class);

  /** In order; the n-th is version n. Never changed once published. */
  private static final List<String> MIGRATIONS = List.of("V1__activity.cql");

  private static final String CREATE_KEYSPACE =
      """
      CREATE KEYSPACE IF NOT EXISTS %s WITH replication =
      {'class': 'NetworkTopologyStrategy', '%s': %d}""";

  private static final String KEYSPACE =
      "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?";

  private static final SimpleStatement SCHEMA =
      SimpleStatement.newInstance("SELECT schema_version FROM system.local");

  /**
   * Who runs migrations is told in the row of version 0. The table's id follows from the keyspace's
   * name, so that servers that create it at the same time create the same one.
   */
  private static final String CREATE_TABLE =
      """
      CREATE TABLE IF NOT EXISTS schema_version (
        version int PRIMARY KEY, name text, applied_at timestamp, owner uuid
      ) WITH id = %s""";

  private static final String VERSIONS = "SELECT version FROM schema_version";
  private static final String APPLIED =
      "INSERT INTO schema_version (version, name, applied_at) VALUES (?, ?, ?)";
  private static final String LOCK =
      "INSERT INTO schema_version (version, owner) VALUES (0, ?) IF NOT EXISTS USING TTL 60";
  private static final String KEEP_LOCK =
      "UPDATE schema_version USING TTL 60 SET owner = ? WHERE version = 0 IF owner = ?";
  private static final String UNLOCK = "DELETE FROM schema_version WHERE version = 0 IF owner = ?";

  /** Changes of the schema take longer than what the settings bound; less than the lock lasts. */
  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);

  private static final int AGREEMENT_PAUSE_MILLIS = 100;

  /** What nodes say of half a schema: as coordinators, and of what a replica said to them. */
  private static final List<Class<? extends DriverException>> HALF_MADE =
      List.of(
          InvalidKeyspaceException.class,
          InvalidQueryException.class,
          ServerError.class,
          ReadFailureException.class,
          WriteFailureException.class);

  private static final long WAITING_FOR_LOCK_MILLIS_MAX = TimeUnit.MINUTES.toMillis(3);

  private final CassandraSettings settings;
  private final CqlSession session;
  private final int newest;
  private final UUID owner;

  CassandraSchema(CassandraSettings settings, CqlSession session, int newest, UUID owner) {
    this.settings = settings;
    this.session = session;
    this.newest = newest;
    this.owner = owner;
  }

  /** The version that this code works with. */
  static int current() {
    return MIGRATIONS.size();
  }

  /** Blocks until the schema is current on every node that is up. */
  static void prepare(CassandraSettings settings) {
    prepare(settings, current());
  }

  /** As an Annals did of which this version was the current one. */
  static void prepare(CassandraSettings settings, int newest) {
    long endNanos = System.nanoTime() + STATEMENT_TIMEOUT.toNanos();
    while (true) {
      try {
        createKeyspace(settings);
        try (CqlSession session = open(settings, settings.keyspace())) {
          new CassandraSchema(settings, session, newest, UUID.randomUUID()).migrate();
          return;
        }
      } catch (DriverException e) {
        if (!isHalfMade(e) || System.nanoTime() > endNanos) {
          StoreException failure = CassandraFailures.translate(e);
          throw new StoreException(
              failure.kind(), settings + " cannot be prepared: " + failure.getMessage(), e);
        }
        LOG.debug("{} is not ready yet", settings, e);
        pause(AGREEMENT_PAUSE_MILLIS);
      }
    }
  }

  /**
   * A node may list a keyspace or a table before it can use it, or not know it yet while others do:
   * when another server makes it at this moment, or when the node comes back just now.
   */
  static boolean isHalfMade(DriverException failure) {
    return failure instanceof AllNodesFailedException failures
        ? failures.getAllErrors().values().stream()
            .flatMap(List::stream)
            .anyMatch(CassandraSchema::isOfHalfMade)
        : isOfHalfMade(failure);
  }

  private static boolean isOfHalfMade(Throwable failure) {
    return HALF_MADE.stream().anyMatch(kind -> kind.isInstance(failure));
  }

  /** A session in which the driver does not wait, after each change, for what gossip tells it. */
  static CqlSession open(CassandraSettings settings, @Nullable String keyspace) {
    CqlSession session = CassandraSession.open(settings, keyspace);
    session.setSchemaMetadataEnabled(false);
    return session;
  }

  private static void createKeyspace(CassandraSettings settings) {
    try (CqlSession session = open(settings, null)) {
      if (execute(session, KEYSPACE, settings.keyspace()).one() == null) {
        execute(
            session,
            CREATE_KEYSPACE.formatted(
                settings.keyspace(),
                settings.datacenter().replace("'", "''"),
                settings.replicationFactor()));
        awaitAgreement(session, settings);
      }
    }
  }

  private static ResultSet execute(CqlSession session, String statement, Object... values) {
    return session.execute(
        SimpleStatement.newInstance(statement, values).setTimeout(STATEMENT_TIMEOUT));
  }

  void migrate() {
    try {
      pending();
    } catch (InvalidQueryException noSuchTable) {
      UUID id = UUID.nameUUIDFromBytes((settings.keyspace() + ".schema_version").getBytes(UTF_8));
      change(CREATE_TABLE.formatted(id));
    }
    if (pending().isEmpty()) {
      return;
    }
    lock();
    try {
      for (int version : pending()) {
        apply(version);
      }
    } finally {
      execute(session, UNLOCK, owner);
    }
  }

  private List<Integer> pending() {
    Set<Integer> applied = new HashSet<>();
    for (Row row : execute(session, VERSIONS)) {
      applied.add(row.getInt(0));
    }
    return IntStream.rangeClosed(1, newest)
        .boxed()
        .filter(version -> !applied.contains(version))
        .toList();
  }

  private void lock() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAITING_FOR_LOCK_MILLIS_MAX);
    while (!isLocked()) {
      if (System.nanoTime() > end) {
        throw new StoreException(
            Kind.TIMEOUT, settings + " is being prepared by another server for too long", null);
      }
      LOG.info("Another server prepares {}; waiting", settings);
      pause(500 + ThreadLocalRandom.current().nextInt(500));
    }
  }

  /** The answer to an attempt that succeeded may be lost: the driver then tries again itself. */
  private boolean isLocked() {
    ResultSet attempt = execute(session, LOCK, owner);
    return attempt.wasApplied() || owner.equals(attempt.one().getUuid("owner"));
  }

  private static void pause(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.UNAVAILABLE, "interrupted while waiting for the schema", e);
    }
  }

  private void apply(int version) {
    String name = MIGRATIONS.get(version - 1);
    LOG.info("Applying {} to {}", name, settings);
    for (String statement : statements(name)) {
      if (!execute(session, KEEP_LOCK, owner, owner).wasApplied()) {
        throw new StoreException(
            Kind.UNAVAILABLE, settings + " was taken over by another server meanwhile", null);
      }
      change(statement);
    }
    execute(session, APPLIED, version, name, Instant.now());
  }

  /** Returns when every node that is up has made this change, too. */
  void change(String statement) {
    execute(session, statement);
    awaitAgreement(session, settings);
  }

  /**
   * Blocks until all nodes that are up have the same schema. Each is asked itself: the driver asks
   * only one, which may not have heard yet of a change that another one has just made.
   */
  private static void awaitAgreement(CqlSession session, CassandraSettings settings) {
    long endNanos = System.nanoTime() + STATEMENT_TIMEOUT.toNanos();
    while (!isAgreed(session)) {
      if (System.nanoTime() > endNanos) {
        throw new StoreException(
            Kind.UNAVAILABLE, settings + ": its nodes do not agree on the schema", null);
      }
      pause(AGREEMENT_PAUSE_MILLIS);
    }
  }

  private static boolean isAgreed(CqlSession session) {
    try {
      return session.getMetadata().getNodes().values().stream()
              .filter(node -> node.getState() == NodeState.UP)
              .filter(node -> node.getDistance() == NodeDistance.LOCAL)
              .map(SCHEMA::setNode)
              .map(ask -> session.execute(ask).one())
              .map(row -> row.getUuid(0))
              .distinct()
              .count()
          == 1;
    } catch (DriverException e) {
      LOG.debug("A node does not tell its schema", e); // if it is down, it is soon known to be
      return false;
    }
  }

  /** A migration's statements end with a semicolon at the end of a line; comments are lines. */
  private static List<String> statements(String name) {
    try (InputStream file = CassandraSchema.class.getResourceAsStream("schema/" + name)) {
      if (file == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      String text = new String(file.readAllBytes(), UTF_8).replaceAll("(?m)^\\s*--.*$", "");
      return Arrays.stream(text.split(";\\s*\\n"))
          .map(String::strip)
          .filter(s -> !s.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
