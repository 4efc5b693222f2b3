package io.annals.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.util.UUID;

/** Reading: pages of 50 at several sizes and depths, beside the same statements on the driver. */
final class PageBench {
  private static final String TOTAL =
      """
      SELECT
        (SELECT coalesce(sum(cell.events[facet + 1]), 0)::bigint
         FROM unnest($4::smallint[], $5::bigint[], $6::bigint[]) AS stretch (level, first, past)
         JOIN annals.audit_total AS cell
           ON cell.tenant_id = $1 AND cell.stream = $2 AND cell.level = stretch.level
           AND cell.hour >= stretch.first AND cell.hour < stretch.past
         CROSS JOIN unnest($3::int[]) AS facet)""";

  private static final String PAGE =
      """
      SELECT id, created_at, integration_auth_id, integration_kind, operation, sensitivity, user_id,
        agent_id, tool_id, actor, request_id, success, failure_reason FROM annals.credential_audit
      WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND created_at >= $4
      ORDER BY created_at DESC, id DESC LIMIT $5 OFFSET $6""";

  private final Lab lab;
  private final Vertx vertx;

  PageBench(Lab lab, Vertx vertx) {
    this.lab = lab;
    this.vertx = vertx;
  }

  void run(Report report, int most) throws IOException {
    HttpConnection http = Load.await(HttpConnection.open(vertx, lab.server().port()));
    PgConnection driver = lab.connect(vertx);
    Load.await(driver.query("SET ROLE annals_app").execute());
    int[] sizes = {1, 10_000, most};
    Tenant[] tenants = new Tenant[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      tenants[i] = new Tenant();
      tenants[i].fill(http, sizes[i]);
    }
    Load.await(driver.query("RESET ROLE").execute());
    Load.await(driver.query("VACUUM ANALYZE").execute());
    Load.await(driver.query("SET ROLE annals_app").execute());
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] != 10_000) {
        Tenant tenant = tenants[i];
        double[] times = Pairs.medianMillis(tenant.first(http), statements(driver, tenant.id));
        String what = "page of 50 at %,d events, beside the driver".formatted(sizes[i]);
        report.time(what, times[0], times[1], 1.5, 0.5);
      }
    }
    Tenant large = tenants[2];
    double[] depth = Pairs.medianMillis(large.pages.deepPage(http, most), large.first(http));
    report.time("page 1,000, beside page 1", depth[0], depth[1], 1.2, 0);
    double[] size = Pairs.medianMillis(large.first(http), tenants[1].first(http));
    report.time("first page at %,d, beside 10,000".formatted(most), size[0], size[1], 1.3, 0);
  }

  private static Load.Worker statements(PgConnection connection, UUID tenant) {
    Integer[] facets = new Integer[48];
    for (int i = 0; i < facets.length; i++) {
      facets[i] = i;
    }
    return () ->
        PostgresPages.inSnapshot(
            connection,
            tenant,
            new PostgresPages.Statement(
                TOTAL,
                Tuple.of(tenant, "credential_audit")
                    .addValue(facets)
                    .addValue(new Short[] {6})
                    .addValue(new Long[] {0L})
                    .addValue(new Long[] {1L})),
            new PostgresPages.Statement(
                PAGE,
                Tuple.of(
                    tenant,
                    Long.MAX_VALUE,
                    new UUID(-1, -1),
                    Long.MIN_VALUE,
                    Pages.LIMIT + 1L,
                    0L)));
  }

  /** A tenant with events of its own. */
  private final class Tenant {
    final UUID id = UUID.randomUUID();
    final String headers;
    final Pages pages;

    Tenant() throws IOException {
      headers = lab.server().authorization(id.toString());
      pages = new Pages(CredentialAudit.path(id.toString()), headers, "");
    }

    void fill(HttpConnection http, int events) {
      int batch = Math.min(events, 1000);
      Buffer request =
          HttpConnection.request(
              "POST", CredentialAudit.path(id.toString()), headers, CredentialAudit.items(batch));
      for (int sent = 0; sent < events; sent += batch) {
        Load.await(http.send(request, 201));
      }
    }

    Load.Worker first(HttpConnection http) {
      return pages.page(http, null);
    }
  }
}
