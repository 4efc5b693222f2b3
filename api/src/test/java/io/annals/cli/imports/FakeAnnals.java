package io.annals.cli.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import org.jspecify.annotations.Nullable;

/** An audit log and activity that answer as the contract says, and misbehave when told to. */
public final class FakeAnnals implements AutoCloseable {
  /** Answers one request instead of the audit log. */
  @FunctionalInterface
  interface Mischief {
    void answer(HttpExchange exchange, FakeAnnals annals) throws IOException;
  }

  private static final int ERRORS_LISTED_MAX = 100;

  final Map<String, JsonNode> stored = new LinkedHashMap<>();
  final List<Integer> batchSizes = new ArrayList<>();
  final List<Long> bodyBytes = new ArrayList<>();
  final List<String> authorizations = new ArrayList<>();
  final Deque<Mischief> mischief = new ArrayDeque<>();
  final List<String> paths = new ArrayList<>();
  long activityKeptFromMillis = Long.MIN_VALUE;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  public FakeAnnals() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/audit-log", exchange -> handle(exchange, this::auditLog));
    server.createContext("/v1/tenants/", exchange -> handle(exchange, this::activity));
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** How many items are stored. */
  public synchronized int size() {
    return stored.size();
  }

  /** The times of the events that are stored, in the order in which they were. */
  public synchronized List<Long> storedTimesMillis() {
    return stored.values().stream().map(event -> event.path("createdAt").asLong()).toList();
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

  /** Stores the audit log items, but the answer is lost on its way. */
  static void losesAnswer(HttpExchange exchange, FakeAnnals annals) throws IOException {
    annals.store(JsonText.MAPPER.readTree(exchange.getRequestBody()).path("data"));
    exchange.close();
  }

  private synchronized void handle(HttpExchange exchange, Mischief usually) throws IOException {
    authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
    paths.add(exchange.getRequestURI().getPath());
    Mischief next = mischief.poll();
    (next == null ? usually : next).answer(exchange, this);
  }

  private void auditLog(HttpExchange exchange, FakeAnnals annals) throws IOException {
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

  private void activity(HttpExchange exchange, FakeAnnals annals) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String[] lines = new String(body, UTF_8).split("\n");
    batchSizes.add(lines.length);
    bodyBytes.add((long) body.length);
    ObjectNode answer = JsonText.object();
    ArrayNode errors = answer.putArray("errors");
    int rejected = 0;
    for (int i = 0; i < lines.length; i++) {
      JsonNode event = JsonText.MAPPER.readTree(lines[i]);
      String pointer = badMember(event);
      if (pointer == null) {
        String key = event.path("tokenId") + "" + event.path("createdAt") + event.path("id");
        stored.putIfAbsent(key, event);
      } else if (++rejected <= ERRORS_LISTED_MAX) {
        String detail = pointer.equals("/createdAt") ? "expired" : "out of bounds";
        errors.addObject().put("line", i + 1).put("pointer", pointer).put("detail", detail);
      }
    }
    answer.put("accepted", lines.length - rejected).put("rejected", rejected);
    respond(exchange, 200, answer.toString());
  }

  private @Nullable String badMember(JsonNode event) {
    int status = event.path("statusCode").asInt();
    if (event.path("createdAt").asLong() < activityKeptFromMillis) {
      return "/createdAt";
    } else if (status < 100 || status > 599) {
      return "/statusCode";
    }
    for (String member : List.of("id", "tokenId", "method", "path", "remoteIp", "actor")) {
      String text = event.path(member).asText("absent");
      int codePoints = text.codePointCount(0, text.length());
      if (codePoints < 1 || codePoints > (member.equals("path") ? 2048 : 256)) {
        return "/" + member;
      }
    }
    return null;
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
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
