package io.annals.cli.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.annals.model.TenantId;
import java.util.List;
import java.util.Map;

/** Where items go: a path of the API, how it takes them, and what its answers mean. */
public interface Target {
  /** What {@code --to} calls it. */
  String name();

  /** The path of the API for this tenant, from the root. */
  String path(TenantId tenant);

  /** The media type of a request's body. */
  String contentType();

  /** The scope that the credential needs. */
  String scope();

  /** How many items one request may hold. */
  int itemsMax();

  /** Whether its answers tell items that were stored before from those that were not. */
  boolean tellsDuplicates();

  /** How many refusals, with nothing stored, tell that the input or the server is the wrong one. */
  long refusedAtFirstMax();

  /** The body of a request with these items. */
  byte[] encode(List<Item> items);

  /**
   * What an answer means for the items that were sent.
   *
   * @param body the answer's body, a missing node where there was none
   * @throws ImportException if it means that no other request would be answered better
   */
  Verdict judge(int status, JsonNode body, List<Item> sent) throws ImportException;

  /** What an answer of the API says in words. */
  static String message(JsonNode body) {
    return body.path("message").asText(body.path("detail").asText("no message"));
  }

  /**
   * What became of the items of one request.
   *
   * @param accepted how many are stored
   * @param duplicates how many had been stored before
   * @param refused items that will never be stored, each with the server's reason
   * @param resend what to send again, in requests of their own, and is not counted here
   */
  record Verdict(
      long accepted, long duplicates, Map<Item, String> refused, List<List<Item>> resend) {

    /** For an answer that names no item: smaller requests find out which it is. */
    static Verdict halves(String reason, List<Item> sent) {
      if (sent.size() == 1) {
        return new Verdict(0, 0, Map.of(sent.get(0), reason), List.of());
      }
      int middle = sent.size() / 2;
      return new Verdict(
          0, 0, Map.of(), List.of(sent.subList(0, middle), sent.subList(middle, sent.size())));
    }
  }
}
