package io.annals.cli.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An audit log that answers as the contract says, and misbehaves when told to. */
public final class FakeAnnals implements AutoCloseable {
  /** Answers one request instead of the audit log. */
  @FunctionalInterface
  interface Mischief {
    void answer(HttpExchange exchange, FakeAnnals annals) throws IOException;
  }

  final Map<String, JsonNode> stored = new LinkedHashMap<>();
  final List<Integer> batchSizes = new ArrayList<>();
  final List<Long> bodyBytes = new ArrayList<>();
  final List<String> authorizations = new ArrayList<>();
  final Deque<Mischief> mischief = new ArrayDeque<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  public FakeAnnals() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/audit-log", this::handle);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** How many items are stored. */
  public synchronized int size() {
    return stored.size();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  static Mischief answers(int status, String body, String... header) {
    return (exchange, annals) -> {
      if (header.length == 2) {
        exchange.getResponseHeaders().set(header[0], header[1]);
      }
      annals.respond(exchange, status, body);
    };
  }

  static void dropsConnection(HttpExchange exchange, FakeAnnals annals) {
    exchange.close();
  }

  /** Stores the items, but the answer is lost on its way. */
  static void losesAnswer(HttpExchange exchange, FakeAnnals annals) throws IOException {
    annals.store(JsonText.MAPPER.readTree(exchange.getRequestBody()).path("data"));
    exchange.close();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
    Mischief next = mischief.poll();
    if (next != null) {
      next.answer(exchange, this);
      return;
    }
    byte[] body = exchange.getRequestBody().readAllBytes();
    JsonNode data = JsonText.MAPPER.readTree(body).path("data");
    batchSizes.add(data.size());
    bodyBytes.add((long) body.length);
    String refusal = badItem(data);
    String conflict = conflict(data);
    if (refusal != null) {
      respond(exchange, 400, refusal);
    } else if (conflict != null) {
      respond(exchange, 409, conflict);
    } else {
      respond(exchange, 201, store(data));
    }
  }

  private static String badItem(JsonNode data) {
    for (int i = 0; i < data.size(); i++) {
      for (String member : List.of("actor_id", "action", "resource_type", "resource_id")) {
        String text = data.get(i).path(member).asText();
        if (text.isEmpty() || text.codePointCount(0, text.length()) > 256) {
          return "{\"code\":\"invalid_argument\",\"message\":\"bad item\",\"details\":{\"errors\":"
              + "[{\"pointer\":\"/data/%d/%s\",\"detail\":\"1 to 256 characters\"}]}}"
                  .formatted(i, member);
        }
      }
    }
    return null;
  }

  private String conflict(JsonNode data) {
    for (JsonNode item : data) {
      JsonNode before = stored.get(item.path("id").asText());
      if (before != null && !before.equals(item)) {
        return "{\"code\":\"conflict\",\"message\":\"stored with other content\",\"details\":"
            + "{\"ids\":[\"%s\"]}}".formatted(item.path("id").asText());
      }
    }
    return null;
  }

  private synchronized String store(JsonNode data) {
    int accepted = 0;
    for (JsonNode item : data) {
      accepted += stored.putIfAbsent(item.path("id").asText(), item) == null ? 1 : 0;
    }
    ObjectNode answer = JsonText.object();
    answer.put("accepted", accepted).put("duplicates", data.size() - accepted);
    return answer.toString();
  }

  private void respond(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
