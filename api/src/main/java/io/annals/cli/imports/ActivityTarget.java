package io.annals.cli.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.annals.model.TenantId;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The activity of API keys. Lines are refused one by one; the answer lists only some of them, so
 * when there are more, what it does not list is sent again in requests so small that it lists all.
 */
final class ActivityTarget implements Target {
  static final ActivityTarget INSTANCE = new ActivityTarget();

  /** How many refusals an answer lists, by the contract. */
  private static final int LISTED_MAX = 100;

  private ActivityTarget() {}

  @Override
  public String name() {
    return "activity";
  }

  @Override
  public String path(TenantId tenant) {
    return "/v1/tenants/" + tenant + "/activity";
  }

  @Override
  public String contentType() {
    return "application/x-ndjson";
  }

  @Override
  public String scope() {
    return "activity:write";
  }

  @Override
  public int itemsMax() {
    return 5000;
  }

  @Override
  public boolean tellsDuplicates() {
    return false;
  }

  /** Logs begin with what is oldest: much may have expired before the first that has not. */
  @Override
  public long refusedAtFirstMax() {
    return Long.MAX_VALUE;
  }

  @Override
  public byte[] encode(List<Item> items) {
    int bytes = items.stream().mapToInt(item -> item.json().length + 1).sum();
    ByteArrayOutputStream body = new ByteArrayOutputStream(bytes);
    for (Item item : items) {
      body.writeBytes(item.json());
      body.write('\n');
    }
    return body.toByteArray();
  }

  @Override
  public Verdict judge(int status, JsonNode body, List<Item> sent) throws ImportException {
    return switch (status) {
      case 200 -> settled(body, sent);
      case 413 -> Verdict.halves("too large for the server", sent);
      default ->
          throw new ImportException(
              "the server answers " + status + " to POST .../activity: " + Target.message(body));
    };
  }

  private static Verdict settled(JsonNode body, List<Item> sent) throws ImportException {
    long accepted = body.path("accepted").asLong();
    long rejected = body.path("rejected").asLong();
    if (accepted + rejected != sent.size()) {
      throw new ImportException("the server's answer accounts for other items than were sent");
    }
    Map<Item, String> refused = listed(body, sent);
    if (refused.size() >= rejected) {
      return new Verdict(accepted, 0, refused, List.of());
    }
    if (sent.size() <= LISTED_MAX) {
      return Verdict.halves("no reason given", sent);
    }
    List<Item> rest = sent.stream().filter(item -> !refused.containsKey(item)).toList();
    return new Verdict(0, 0, refused, pieces(rest));
  }

  private static Map<Item, String> listed(JsonNode body, List<Item> sent) {
    Map<Item, String> listed = new LinkedHashMap<>();
    for (JsonNode error : body.path("errors")) {
      int line = error.path("line").asInt();
      if (line >= 1 && line <= sent.size()) {
        String pointer = error.path("pointer").asText("");
        String detail = error.path("detail").asText("no reason given");
        listed.putIfAbsent(sent.get(line - 1), (pointer.isEmpty() ? "" : pointer + ": ") + detail);
      }
    }
    return listed;
  }

  private static List<List<Item>> pieces(List<Item> items) {
    List<List<Item>> pieces = new ArrayList<>();
    for (int from = 0; from < items.size(); from += LISTED_MAX) {
      pieces.add(items.subList(from, Math.min(from + LISTED_MAX, items.size())));
    }
    return pieces;
  }
}
