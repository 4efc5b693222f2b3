package io.annals.cli.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** Where items go: a path of the API, how it takes them, and what its answers mean. */
public interface Target {
  /** What {@code --to} calls it. */
  String name();

  /** The path of the API, from the root. */
  String path();

  /** The media type of a request's body. */
  String contentType();

  /** The scope that the credential needs. */
  String scope();

  /** The body of a request with these items. */
  byte[] encode(List<Item> items);

  /**
   * What an answer means for the items that were sent.
   *
   * @param body the answer's body, a missing node where there was none
   * @throws ImportException if it means that no other request would be answered better
   */
  Verdict judge(int status, JsonNode body, List<Item> sent) throws ImportException;

  /**
   * What became of the items of one request.
   *
   * @param accepted how many were stored
   * @param duplicates how many had been stored before
   * @param refused items that will never be stored, each with the server's reason
   * @param resend what to send again, in requests of their own; the server stored none of it
   */
  record Verdict(
      long accepted, long duplicates, Map<Item, String> refused, List<List<Item>> resend) {}
}
