package io.annals.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Writing: single events from many connections, and batches, each beside the bare driver. */
final class IngestBench {
  private static final int SINGLE_CONNECTIONS = 64;
  private static final int BATCH = 500;
  private static final int BATCH_CONNECTIONS = 4;

  /** The bare loop may use both processors too. */
  private static final int DRIVER_LOOPS = 2;

  private final Lab lab;
  private final Vertx vertx;
  private final Rounds rounds;

  IngestBench(Lab lab, Vertx vertx, Rounds rounds) {
    this.lab = lab;
    this.vertx = vertx;
    this.rounds = rounds;
  }

  void run(Report report) throws IOException {
    UUID tenant = UUID.randomUUID();
    String authorization = lab.server().authorization(tenant.toString());
    rounds.compare(
        report,
        "single events, 64 connections",
        posts(tenant, authorization, SINGLE_CONNECTIONS, 1),
        statements(SINGLE_CONNECTIONS, 1),
        1.0);
    rounds.compare(
        report,
        "batches of 500, 4 connections",
        posts(tenant, authorization, BATCH_CONNECTIONS, BATCH),
        statements(DRIVER_LOOPS, BATCH),
        0.6);
  }

  private List<Load.Worker> posts(UUID tenant, String authorization, int connections, int items) {
    Buffer request =
        HttpConnection.request(
            "POST",
            CredentialAudit.path(tenant.toString()),
            authorization,
            CredentialAudit.items(items));
    List<Load.Worker> workers = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      HttpConnection connection = Load.await(HttpConnection.open(vertx, lab.server().port()));
      workers.add(() -> connection.send(request, 201).map(items));
    }
    return workers;
  }

  private List<Load.Worker> statements(int connections, int rows) {
    UUID tenant = UUID.randomUUID();
    List<Load.Worker> workers = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      PgConnection connection = lab.connect(vertx);
      workers.add(
          rows == 1
              ? () ->
                  connection
                      .preparedQuery(CredentialAudit.INSERT_ONE)
                      .execute(CredentialAudit.row(tenant))
                      .map(1)
              : () ->
                  connection
                      .preparedQuery(CredentialAudit.INSERT)
                      .execute(CredentialAudit.rows(tenant, rows))
                      .map(rows));
    }
    return workers;
  }
}
