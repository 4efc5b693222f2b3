package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import io.annals.store.Store;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Opening a store: on empty keyspaces, by several servers, on current ones. */
final class CassandraSchemaIT {
  private final JsonObject section = TestCassandra.section();

  /** Several times: a server seldom meets a table that another one has half made. */
  @RepeatedTest(3)
  void open_byServersAtOnce_succeedsForAll() {
    List<Future<Store>> opening =
        Stream.generate(
                () ->
                    new CassandraProvider()
                        .open(TestCassandra.VERTX, section, new SimpleMeterRegistry()))
            .limit(6)
            .toList();
    for (Future<Store> opened : opening) {
      Store store = await(opened);
      await(store.check());
      await(store.close());
    }
    assertThat(versions()).hasSize(1);
  }

  @Test
  void open_ofACurrentKeyspace_changesNothing() {
    await(TestCassandra.open(section).close());
    List<String> before = versions();
    await(TestCassandra.open(section).close());
    assertThat(versions()).isEqualTo(before).singleElement().asString().contains("V1__activity");
  }

  @Test
  void open_afterAServerDiedWhileMigrating_finishesItsWork() {
    await(TestCassandra.open(section).close());
    try (CqlSession session = TestCassandra.session(section)) {
      session.execute("DROP TABLE activity_account");
      session.execute("DELETE FROM schema_version WHERE version = 1 IF EXISTS");
      session.execute(
          "INSERT INTO schema_version (version, owner) VALUES (0, ?) IF NOT EXISTS USING TTL 3",
          UUID.randomUUID());
      await(TestCassandra.open(section).close());
      assertThat(session.execute("SELECT * FROM activity_account").all()).isEmpty();
    }
    assertThat(versions()).hasSize(1);
  }

  @Test
  void lock_whoseAnswerWasLost_isNotWaitedFor() {
    CassandraSettings settings = CassandraSettings.of(section);
    await(TestCassandra.open(section).close());
    try (CqlSession session = TestCassandra.session(section)) {
      UUID owner = UUID.randomUUID();
      session.execute("DELETE FROM schema_version WHERE version = 1 IF EXISTS");
      session.execute(
          "INSERT INTO schema_version (version, owner) VALUES (0, ?) IF NOT EXISTS USING TTL 60",
          owner);
      assertTimeout(
          Duration.ofSeconds(30),
          () -> new CassandraSchema(settings, session, CassandraSchema.current(), owner).migrate());
    }
    assertThat(versions()).hasSize(1);
  }

  @Test
  void open_whereNobodyListens_isUnavailable() {
    section.put("contactPoints", "127.0.0.1:1");
    assertThatThrownBy(() -> TestCassandra.open(section))
        .isInstanceOfSatisfying(
            StoreException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(refused).hasMessageContaining("cassandra 127.0.0.1:1/");
            });
  }

  private List<String> versions() {
    try (CqlSession session = TestCassandra.session(section)) {
      return session.execute("SELECT * FROM schema_version").all().stream()
          .map(Row::getFormattedContents)
          .toList();
    }
  }
}
