package io.annals.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** Writing API activity: many bodies, and one that does not end, each beside the bare driver. */
final class ActivityIngestBench {
  private static final int TOKENS = 100;
  private static final int BODY = 1_000;
  private static final int CONNECTIONS = 4;
  private static final int LONG_BODY = 1_000_000;
  private static final int PIECE = 10_000;

  private final Server server;
  private final Vertx vertx;
  private final Rounds rounds;

  ActivityIngestBench(Server server, Vertx vertx, Rounds rounds) {
    this.server = server;
    this.vertx = vertx;
    this.rounds = rounds;
  }

  /** Bodies of 1,000 events over 100 tokens from 4 connections, beside these loops. */
  void bodies(Report report, String what, List<Load.Worker> driver, double target)
      throws IOException {
    UUID tenant = UUID.randomUUID();
    Buffer request =
        HttpConnection.post(
            path(tenant),
            server.authorization(tenant.toString()),
            new ActivityLines(TOKENS).anonymous(0, BODY));
    List<Load.Worker> posts = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      HttpConnection connection = Load.await(HttpConnection.open(vertx, server.port()));
      posts.add(() -> connection.send(request, 200).map(answer -> accepted(answer)));
    }
    rounds.compare(report, what, posts, driver, target);
  }

  /** One body of 1,000,000 events in time order, again and again, beside these loops. */
  void longBody(Report report, String what, List<Load.Worker> driver, double target)
      throws IOException {
    HttpConnection connection = Load.await(HttpConnection.open(vertx, server.port()));
    UUID tenant = UUID.randomUUID();
    String authorization = server.authorization(tenant.toString());
    Load.Worker posts = () -> longBody(connection, tenant, authorization);
    rounds.compare(report, what, List.of(posts), driver, target);
  }

  /** Its events are new each time: the server gives the ids, their times are those of sending. */
  private static Future<Integer> longBody(
      HttpConnection connection, UUID tenant, String authorization) {
    Buffer piece = new ActivityLines(TOKENS).anonymous(0, PIECE);
    List<Buffer> pieces = Collections.nCopies(LONG_BODY / PIECE, piece);
    Buffer head =
        HttpConnection.announce(path(tenant), authorization, (long) piece.length() * pieces.size());
    return connection.send(head, pieces.iterator(), 200).map(answer -> accepted(answer));
  }

  static String path(UUID tenant) {
    return "/v1/tenants/" + tenant + "/activity";
  }

  /** What counts is what was acknowledged; every event has to be. */
  static int accepted(Buffer answer) {
    var receipt = answer.toJsonObject();
    if (receipt.getInteger("rejected") != 0) {
      throw new IllegalStateException(receipt.encode());
    }
    return receipt.getInteger("accepted");
  }
}
