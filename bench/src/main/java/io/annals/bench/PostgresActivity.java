package io.annals.bench;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Activity written straight into the table of the PostgreSQL store. */
final class PostgresActivity {
  private static final String INSERT =
      """
      INSERT INTO annals.activity (tenant_id, token_id, created_at, id, method, path, status_code,
        latency_ms, remote_ip, actor)
      SELECT $1::uuid, * FROM unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[],
        $7::int[], $8::int[], $9::text[], $10::text[])""";

  private PostgresActivity() {}

  /** Loops that insert so many rows over these tokens a statement. */
  static List<Load.Worker> loops(Lab lab, Vertx vertx, int loops, ActivityLines lines, int rows) {
    UUID tenant = UUID.randomUUID();
    List<Load.Worker> workers = new ArrayList<>();
    for (int i = 0; i < loops; i++) {
      PgConnection connection = lab.connect(vertx);
      workers.add(
          () -> connection.preparedQuery(INSERT).execute(rows(tenant, lines, rows)).map(rows));
    }
    return workers;
  }

  private static Tuple rows(UUID tenant, ActivityLines lines, int count) {
    long now = System.currentTimeMillis();
    UUID[] tokens = new UUID[count];
    Long[] times = new Long[count];
    UUID[] ids = new UUID[count];
    String[] methods = new String[count];
    String[] paths = new String[count];
    Integer[] statuses = new Integer[count];
    Integer[] latencies = new Integer[count];
    String[] addresses = new String[count];
    String[] actors = new String[count];
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int i = 0; i < count; i++) {
      tokens[i] = lines.token(i);
      times[i] = now;
      ids[i] = new UUID(now << 16 | 0x7000, random.nextLong());
      methods[i] = ActivityLines.method(i);
      paths[i] = ActivityLines.path(i);
      statuses[i] = ActivityLines.status(i);
      latencies[i] = ActivityLines.latencyMillis(i);
      addresses[i] = ActivityLines.address(i);
      actors[i] = ActivityLines.actor(i);
    }
    return Tuple.of(tenant)
        .addValue(tokens)
        .addValue(times)
        .addValue(ids)
        .addValue(methods)
        .addValue(paths)
        .addValue(statuses)
        .addValue(latencies)
        .addValue(addresses)
        .addValue(actors);
  }
}
