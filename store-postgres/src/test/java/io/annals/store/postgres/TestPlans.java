package io.annals.store.postgres;

import static io.annals.tck.Futures.await;

import io.annals.model.TenantId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Explains statements as the application role, for one tenant, under row-level security. */
final class TestPlans {
  private final PgConnection connection;

  private TestPlans(PgConnection connection) {
    this.connection = connection;
  }

  static TestPlans of(PostgresSettings settings, TenantId tenant) {
    TestPlans plans =
        new TestPlans(
            await(PgConnection.connect(TestDatabase.VERTX, settings.applicationOptions())));
    plans.run("SELECT set_config('annals.tenant', '%s', false)".formatted(tenant));
    return plans;
  }

  void close() {
    await(connection.close());
  }

  private void run(String statement) {
    await(connection.query(statement).execute());
  }

  /** What EXPLAIN ANALYZE answered. */
  record Plan(JsonObject explained) {
    Set<String> nodeTypes() {
      return nodes().map(node -> node.getString("Node Type")).collect(Collectors.toSet());
    }

    /** Rows that scans of tables and indexes looked at, whether or not they let them through. */
    long rowsRead() {
      return nodes()
          .filter(node -> node.containsKey("Relation Name"))
          .mapToLong(
              node ->
                  Math.round(
                      (node.getDouble("Actual Rows")
                              + node.getDouble("Rows Removed by Filter", 0.0))
                          * node.getLong("Actual Loops")))
          .sum();
    }

    /** How many tables and partitions the execution touched. */
    long scans() {
      return nodes()
          .filter(node -> node.containsKey("Relation Name"))
          .filter(node -> node.getLong("Actual Loops") > 0)
          .count();
    }

    private Stream<JsonObject> nodes() {
      return nodes(explained.getJsonObject("Plan"));
    }

    private static Stream<JsonObject> nodes(JsonObject node) {
      return Stream.concat(
          Stream.of(node),
          node.getJsonArray("Plans", new JsonArray()).stream()
              .flatMap(child -> nodes((JsonObject) child)));
    }

    @Override
    public String toString() {
      return explained.encodePrettily();
    }
  }

  /** The plan that a prepared statement has at its eighth execution, and what it did. */
  Plan explain(String sql, Tuple parameters, String mode) {
    run("SET plan_cache_mode = " + mode);
    run("PREPARE measured AS " + sql);
    try {
      String execute = "EXECUTE measured(" + literals(parameters) + ")";
      for (int i = 0; i < 7; i++) {
        run(execute);
      }
      return new Plan(
          await(
                  connection
                      .query(
                          "EXPLAIN (ANALYZE, BUFFERS OFF, TIMING OFF, SUMMARY ON, FORMAT JSON) "
                              + execute)
                      .execute())
              .iterator()
              .next()
              .get(JsonArray.class, 0)
              .getJsonObject(0));
    } finally {
      run("DEALLOCATE measured");
    }
  }

  private static String literals(Tuple parameters) {
    List<String> literals = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Object value = parameters.getValue(i);
      literals.add(
          value instanceof Object[] array
              ? "'{" + Stream.of(array).map(String::valueOf).collect(Collectors.joining(",")) + "}'"
              : "'" + value + "'");
    }
    return String.join(", ", literals);
  }
}
