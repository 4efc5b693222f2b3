package io.annals.e2e;

import io.annals.contract.ApiOperation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of credential, and what it is worth.
 *
 * @param headers whole lines that a request with it has
 * @param scopes what its bearer may do, where it is good
 */
record Credential(String name, List<String> headers, Worth worth, Set<String> scopes) {
  /** What a server must think of a credential before it knows what is asked for. */
  enum Worth {
    GOOD,
    /** It does not hold: 401. */
    NOTHING,
    /** It holds, for another tenant: 403. */
    FOREIGN,
    /** There are two of them: an invalid request. */
    DOUBLE
  }

  /** What an operation must make of a credential. */
  enum Outcome {
    /** Anybody gets an answer, of which the credential is no part. */
    ANSWERED,
    SERVED,
    UNAUTHENTICATED,
    OTHER_TENANT,
    MISSING_SCOPE,
    INVALID
  }

  static final Credential NONE = new Credential("none", List.of(), Worth.NOTHING, Set.of());

  private static final String API_KEY = "X-API-Key: ";
  private static final String BEARER = "Authorization: Bearer ";

  static Credential of(String name, String header, Worth worth, Set<String> scopes) {
    return new Credential(name, List.of(header), worth, scopes);
  }

  static Credential bearer(String name, String token, Worth worth, Set<String> scopes) {
    return of(name, BEARER + token, worth, scopes);
  }

  static Credential apiKey(String name, String key, Worth worth, Set<String> scopes) {
    return of(name, API_KEY + key, worth, scopes);
  }

  /** This one and another at once. */
  Credential and(Credential other) {
    List<String> both = new ArrayList<>(headers);
    both.addAll(other.headers);
    return new Credential(name + " and " + other.name, both, Worth.DOUBLE, scopes);
  }

  Call on(Call call) {
    List<String> all = new ArrayList<>(call.headers());
    all.addAll(headers);
    return new Call(call.method(), call.target(), all, call.body(), call.chunked());
  }

  /** What the contract says becomes of a request with it. */
  Outcome outcome(ApiOperation operation) {
    JsonArray security = operation.definition().getJsonArray("security", new JsonArray());
    if (security.isEmpty()) {
      return Outcome.ANSWERED;
    }
    return switch (worth) {
      case NOTHING -> Outcome.UNAUTHENTICATED;
      case FOREIGN -> Outcome.OTHER_TENANT;
      case DOUBLE -> Outcome.INVALID;
      case GOOD ->
          demanded(operation)
              .map(all -> scopes.containsAll(all) ? Outcome.SERVED : Outcome.MISSING_SCOPE)
              .orElse(Outcome.UNAUTHENTICATED);
    };
  }

  /** The scopes that the operation demands of this one and lacks. */
  Set<String> missing(ApiOperation operation) {
    Set<String> missing = new HashSet<>(demanded(operation).orElse(Set.of()));
    missing.removeAll(scopes);
    return missing;
  }

  /** What the operation demands of credentials of this scheme; nothing if it takes none. */
  private Optional<Set<String>> demanded(ApiOperation operation) {
    JsonObject schemes =
        operation.document().root().getJsonObject("components").getJsonObject("securitySchemes");
    boolean isKey = headers.stream().anyMatch(line -> line.startsWith(API_KEY));
    return operation.definition().getJsonArray("security").stream()
        .map(JsonObject.class::cast)
        .flatMap(JsonObject::stream)
        .filter(s -> schemes.getJsonObject(s.getKey()).getString("type").equals("apiKey") == isKey)
        .findFirst()
        .map(scheme -> strings((JsonArray) scheme.getValue()));
  }

  private static Set<String> strings(JsonArray array) {
    Set<String> strings = new HashSet<>();
    array.forEach(each -> strings.add((String) each));
    return strings;
  }

  @Override
  public String toString() {
    return name;
  }
}
