package io.annals.cli.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.annals.model.TenantId;
import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The audit log. Its batches are all or nothing, so when some items are refused, the rest of their
 * batch is sent again without them.
 */
final class AuditLogTarget implements Target {
  static final AuditLogTarget INSTANCE = new AuditLogTarget();

  private static final String PATH = "/v1/audit-log";
  private static final Pattern ITEM_POINTER = Pattern.compile("/data/(\\d{1,4})(/.*)?");

  private AuditLogTarget() {}

  @Override
  public String name() {
    return "audit-log";
  }

  @Override
  public String path(TenantId tenant) {
    return PATH;
  }

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public String scope() {
    return "audit:write";
  }

  @Override
  public int itemsMax() {
    return 1000;
  }

  @Override
  public boolean tellsDuplicates() {
    return true;
  }

  @Override
  public long refusedAtFirstMax() {
    return 1000;
  }

  @Override
  public byte[] encode(List<Item> items) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(64 * 1024);
    body.writeBytes("{\"data\":[".getBytes(UTF_8));
    String separator = "";
    for (Item item : items) {
      body.writeBytes(separator.getBytes(UTF_8));
      body.writeBytes(item.json());
      separator = ",";
    }
    body.writeBytes("]}".getBytes(UTF_8));
    return body.toByteArray();
  }

  @Override
  public Verdict judge(int status, JsonNode body, List<Item> sent) throws ImportException {
    return switch (status) {
      case 201 -> stored(body, sent);
      case 400 -> invalid(body, sent);
      case 409 -> conflict(body, sent);
      case 413 -> Verdict.halves("too large for the server", sent);
      default ->
          throw new ImportException(
              "the server answers " + status + " to POST " + PATH + ": " + Target.message(body));
    };
  }

  private static Verdict stored(JsonNode body, List<Item> sent) throws ImportException {
    long accepted = body.path("accepted").asLong();
    long duplicates = body.path("duplicates").asLong();
    if (accepted + duplicates != sent.size()) {
      throw new ImportException("the server's answer accounts for other items than were sent");
    }
    return new Verdict(accepted, duplicates, Map.of(), List.of());
  }

  private static Verdict invalid(JsonNode body, List<Item> sent) throws ImportException {
    Map<Item, String> named = namedByPointer(body, sent);
    if (named.isEmpty()) {
      throw new ImportException("the server refuses the request (400): " + Target.message(body));
    }
    return without(named, sent);
  }

  private static Verdict conflict(JsonNode body, List<Item> sent) {
    Map<Item, String> named = namedById(body, sent);
    return named.isEmpty()
        ? Verdict.halves("conflict: " + Target.message(body), sent)
        : without(named, sent);
  }

  private static Map<Item, String> namedByPointer(JsonNode body, List<Item> sent) {
    Map<Item, String> named = new LinkedHashMap<>();
    for (JsonNode error : body.path("details").path("errors")) {
      Matcher pointer = ITEM_POINTER.matcher(error.path("pointer").asText());
      if (pointer.matches() && Integer.parseInt(pointer.group(1)) < sent.size()) {
        String member = pointer.group(2) == null ? "" : pointer.group(2) + ": ";
        String detail =
            error.path("detail").asText(error.path("message").asText(Target.message(body)));
        named.putIfAbsent(sent.get(Integer.parseInt(pointer.group(1))), member + detail);
      }
    }
    return named;
  }

  private static Map<Item, String> namedById(JsonNode body, List<Item> sent) {
    Set<String> ids = new HashSet<>();
    body.path("details").path("ids").forEach(id -> ids.add(id.asText().toLowerCase(Locale.ROOT)));
    Map<Item, String> named = new LinkedHashMap<>();
    for (Item item : sent) {
      if (ids.contains(item.id().toString())) {
        named.put(item, "conflict: its id is stored with other content");
      }
    }
    return named;
  }

  private static Verdict without(Map<Item, String> refused, List<Item> sent) {
    List<Item> rest = sent.stream().filter(item -> !refused.containsKey(item)).toList();
    return new Verdict(0, 0, refused, rest.isEmpty() ? List.of() : List.of(rest));
  }
}
