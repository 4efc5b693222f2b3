package io.annals.store.postgres;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A database of any version becomes one of the newest and keeps what it holds. Versions are found
 * among the migrations, tables and columns in the catalog: what comes is covered as it comes.
 */
final class PostgresUpgradeIT {
  private static final int ROWS = 5;
  private static final int ATTEMPTS_MAX = 200;

  private static final String TABLES =
      """
      SELECT relname, relkind = 'p' FROM pg_class
      WHERE relnamespace = 'annals'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname <> 'flyway_schema_history'""";

  /** Each column, whether it takes null, and an expression for a value of its type. */
  private static final String COLUMNS =
      """
      SELECT quote_ident(column_name), is_nullable = 'YES', CASE udt_name
          WHEN 'uuid' THEN 'gen_random_uuid()'
          WHEN 'text' THEN '''text ''||random()'
          WHEN '_text' THEN 'ARRAY[''a'', ''b''||random()]'
          WHEN 'bool' THEN 'random() < 0.5'
          WHEN 'bytea' THEN 'sha256(random()::text::bytea)'
          WHEN '_int8' THEN 'ARRAY[7, (random() * 100)::bigint]'
          ELSE '(random() * 100)::' || udt_name END
      FROM information_schema.columns WHERE table_schema = 'annals' AND table_name = '%s'
      ORDER BY ordinal_position""";

  private final JsonObject section = TestDatabase.emptyDatabase();
  private final PostgresSettings settings = PostgresSettings.of(section);
  private final Random random = new Random(5);

  private record Column(String name, boolean nullable, String value) {}

  static Stream<String> versions() {
    MigrationInfo[] all =
        PostgresMigrations.configuration(TestDatabase.settings()).load().info().all();
    return Arrays.stream(all)
        .filter(MigrationInfo::isVersioned)
        .map(m -> m.getVersion().toString());
  }

  @ParameterizedTest
  @MethodSource("versions")
  void upgrade_ofAnEmptyDatabase_succeeds(String from) {
    migrate(from);
    await(TestDatabase.open(section).close());
  }

  @ParameterizedTest
  @MethodSource("versions")
  void upgrade_ofAFilledDatabase_keepsEveryRow(String from) {
    migrate(from);
    tables().forEach(this::fill);
    Map<String, Set<JsonObject>> before = rows();
    await(TestDatabase.open(section).close());
    Map<String, Set<JsonObject>> after = rows();
    before.forEach(
        (table, rows) -> {
          assertThat(rows).as(table).hasSize(ROWS);
          Set<String> columns = rows.iterator().next().fieldNames();
          assertThat(after.get(table)).as(table).map(row -> only(row, columns)).containsAll(rows);
        });
  }

  private void migrate(String version) {
    PostgresMigrations.configuration(settings).target(version).load().migrate();
  }

  private static JsonObject only(JsonObject row, Set<String> columns) {
    JsonObject known = row.copy();
    known.fieldNames().retainAll(columns);
    return known;
  }

  /** Names, and whether they are partitioned. */
  private Map<String, Boolean> tables() {
    Map<String, Boolean> tables = new TreeMap<>();
    for (Row row : TestDatabase.asLogin(settings, TABLES)) {
      tables.put(row.getString(0), row.getBoolean(1));
    }
    return tables;
  }

  private Map<String, Set<JsonObject>> rows() {
    Map<String, Set<JsonObject>> rows = new TreeMap<>();
    for (String table : tables().keySet()) {
      Set<JsonObject> of = rows.computeIfAbsent(table, none -> new HashSet<>());
      for (Row row :
          TestDatabase.asLogin(settings, "SELECT to_jsonb(t) FROM annals." + table + " t")) {
        of.add(row.getJsonObject(0));
      }
    }
    return rows;
  }

  private void fill(String table, boolean partitioned) {
    if (partitioned) {
      TestDatabase.asLogin(
          settings,
          "CREATE TABLE annals.%s_0 PARTITION OF annals.%s FOR VALUES FROM (0) TO (101)"
              .formatted(table, table));
    }
    List<Column> columns = new ArrayList<>();
    for (Row row : TestDatabase.asLogin(settings, COLUMNS.formatted(table))) {
      columns.add(new Column(row.getString(0), row.getBoolean(1), row.getString(2)));
    }
    PgConnection login = await(PgConnection.connect(TestDatabase.VERTX, settings.loginOptions()));
    int stored = 0;
    for (int attempt = 0; stored < ROWS && attempt < ATTEMPTS_MAX; attempt++) {
      stored += insert(login, table, columns) ? 1 : 0;
    }
    await(login.close());
  }

  /** Values are taken at random, nulls too: a row that the table's constraints refuse is none. */
  private boolean insert(PgConnection login, String table, List<Column> columns) {
    List<Column> given =
        columns.stream().filter(c -> !c.nullable() || random.nextBoolean()).toList();
    String names = String.join(", ", given.stream().map(Column::name).toList());
    String values = String.join(", ", given.stream().map(Column::value).toList());
    return await(
        login
            .query("INSERT INTO annals.%s (%s) VALUES (%s)".formatted(table, names, values))
            .execute()
            .map(true)
            .otherwise(refused -> false));
  }
}
