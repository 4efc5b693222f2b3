package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.metadata.schema.ColumnMetadata;
import com.datastax.oss.driver.api.core.metadata.schema.TableMetadata;
import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.DataTypes;
import com.datastax.oss.driver.api.core.type.ListType;
import com.datastax.oss.driver.api.core.type.TupleType;
import com.datastax.oss.driver.api.core.type.UserDefinedType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A keyspace of any version becomes one of the newest and keeps what it holds. Tables and columns
 * are found in the keyspace: what comes is covered as it comes.
 */
final class CassandraUpgradeIT {
  private static final int ROWS = 5;

  private final JsonObject section = TestCassandra.section();
  private final CassandraSettings settings = CassandraSettings.of(section);
  private final Random random = new Random(5);

  static IntStream versions() {
    return IntStream.rangeClosed(1, CassandraSchema.current());
  }

  @ParameterizedTest
  @MethodSource("versions")
  void upgrade_ofAnEmptyKeyspace_succeeds(int from) {
    CassandraSchema.prepare(settings, from);
    await(TestCassandra.open(section).close());
  }

  @ParameterizedTest
  @MethodSource("versions")
  void upgrade_ofAFilledKeyspace_keepsEveryRow(int from) {
    CassandraSchema.prepare(settings, from);
    Map<String, Set<JsonObject>> before;
    try (CqlSession session = TestCassandra.session(section)) {
      tables(session).values().forEach(table -> fill(session, table));
      before = rows(session);
    }
    await(TestCassandra.open(section).close());
    try (CqlSession session = TestCassandra.session(section)) {
      Map<String, Set<JsonObject>> after = rows(session);
      before.forEach(
          (table, rows) -> {
            assertThat(rows).as(table).hasSize(ROWS);
            Set<String> columns = rows.iterator().next().fieldNames();
            assertThat(after.get(table)).as(table).map(row -> only(row, columns)).containsAll(rows);
          });
    }
  }

  private static JsonObject only(JsonObject row, Set<String> columns) {
    JsonObject known = row.copy();
    known.fieldNames().retainAll(columns);
    return known;
  }

  private Map<CqlIdentifier, TableMetadata> tables(CqlSession session) {
    Map<CqlIdentifier, TableMetadata> tables =
        new HashMap<>(
            session.getMetadata().getKeyspace(settings.keyspace()).orElseThrow().getTables());
    tables.remove(CqlIdentifier.fromCql("schema_version"));
    return tables;
  }

  private Map<String, Set<JsonObject>> rows(CqlSession session) {
    Map<String, Set<JsonObject>> rows = new TreeMap<>();
    for (CqlIdentifier table : tables(session).keySet()) {
      Set<JsonObject> of = rows.computeIfAbsent(table.asCql(true), none -> new HashSet<>());
      session
          .execute("SELECT JSON * FROM " + table.asCql(true))
          .forEach(row -> of.add(new JsonObject(row.getString(0))));
    }
    return rows;
  }

  private void fill(CqlSession session, TableMetadata table) {
    for (int i = 0; i < ROWS; i++) {
      JsonObject row = new JsonObject();
      for (ColumnMetadata column : table.getColumns().values()) {
        row.put(column.getName().asInternal(), value(column.getType()));
      }
      session.execute("INSERT INTO " + table.getName().asCql(true) + " JSON ?", row.encode());
    }
  }

  /** As Cassandra reads it from JSON. */
  private Object value(DataType type) {
    if (type instanceof UserDefinedType structure) {
      JsonObject fields = new JsonObject();
      for (int i = 0; i < structure.getFieldNames().size(); i++) {
        String name = structure.getFieldNames().get(i).asInternal();
        fields.put(name, value(structure.getFieldTypes().get(i)));
      }
      return fields;
    }
    if (type instanceof TupleType tuple) {
      return new JsonArray(tuple.getComponentTypes().stream().map(this::value).toList());
    }
    if (type instanceof ListType list) {
      return new JsonArray().add(value(list.getElementType())).add(value(list.getElementType()));
    }
    if (type.equals(DataTypes.UUID)) {
      return new UUID(random.nextLong(), random.nextLong()).toString();
    }
    if (type.equals(DataTypes.TEXT)) {
      return "text " + random.nextInt();
    }
    if (type.equals(DataTypes.TIMESTAMP)) {
      return Instant.ofEpochSecond(random.nextInt(1 << 30)).toString();
    }
    if (type.equals(DataTypes.BLOB)) {
      return "0x%08x".formatted(random.nextInt());
    }
    return type.equals(DataTypes.BOOLEAN) ? (Object) random.nextBoolean() : random.nextInt(100);
  }
}
