package io.annals.store.postgres;

import io.annals.model.EventStream;
import io.annals.model.Field;
import io.annals.model.Position;
import io.annals.model.TenantId;
import io.annals.store.EventQuery;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.StringJoiner;

/**
 * The statement that reads one page, and its parameters: a range scan of an index that is ordered
 * like the list, from the cursor's position downwards, so a deep page costs what the first does.
 *
 * <p>A filtered list of a counted stream is the union of the facets that match. Each is a range of
 * the facet index, and the planner merges them (Merge Append), so that a filter that hardly
 * anything matches costs no more than others. It does so only when every branch says its order
 * itself: told from outside alone, it reads every matching event and sorts.
 */
final class PostgresPage {
  private static final int FIRST_FILTER = 7;

  private final PostgresTable table;
  private final EventQuery query;
  private final List<Field> filters;
  private final int[] facets;

  PostgresPage(PostgresTable table, EventQuery query) {
    this.table = table;
    this.query = query;
    EventStream stream = table.stream();
    filters = stream.filters().stream().filter(query.filters()::containsKey).toList();
    boolean byFacet = stream.isCounted() && !filters.isEmpty();
    facets = byFacet ? stream.facets().matching(query.filters()) : new int[0];
  }

  String sql() {
    return """
        %s
        ORDER BY created_at DESC, id DESC LIMIT $5 OFFSET $6"""
        .formatted(
            switch (facets.length) {
              case 0 -> branch(filterConditions());
              case 1 -> branch(facetCondition(0));
              default -> facetBranches();
            });
  }

  /**
   * How PostgreSQL is to plan it (plan_cache_mode). With several filters it has to know the values,
   * each time, to pick the index of the one that matches least; else one plan fits all values.
   */
  String planCacheMode() {
    return facets.length == 0 && filters.size() > 1 ? "force_custom_plan" : "auto";
  }

  Tuple parameters(TenantId tenant) {
    Position ceiling = query.ceiling();
    Tuple parameters =
        Tuple.of(
            tenant.value(),
            ceiling.createdAtMillis(),
            ceiling.id(),
            query.range().fromMillis(),
            query.limit() + 1L, // one more tells whether there is a next page
            (long) query.skip());
    if (facets.length == 0) {
      filters.forEach(filter -> parameters.addValue(query.filters().get(filter)));
    }
    for (int facet : facets) {
      parameters.addShort((short) facet);
    }
    return parameters;
  }

  private String branch(String conditions) {
    return """
        SELECT %s FROM %s
        WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND created_at >= $4%s"""
        .formatted(table.columns(), table.name(), conditions);
  }

  private String filterConditions() {
    StringBuilder conditions = new StringBuilder();
    for (int i = 0; i < filters.size(); i++) {
      Field filter = filters.get(i);
      conditions.append(
          " AND %s = $%d::%s"
              .formatted(filter.name(), FIRST_FILTER + i, PostgresColumns.sqlType(filter)));
    }
    return conditions.toString();
  }

  private static String facetCondition(int index) {
    return " AND facet = $%d::smallint".formatted(FIRST_FILTER + index);
  }

  private String facetBranches() {
    StringJoiner union = new StringJoiner("\nUNION ALL\n");
    for (int i = 0; i < facets.length; i++) {
      union.add(
          """
          (%s
          ORDER BY created_at DESC, id DESC LIMIT $5::bigint + $6::bigint)"""
              .formatted(branch(facetCondition(i))));
    }
    return union.toString();
  }
}
