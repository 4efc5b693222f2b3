package io.annals.http;

import io.annals.contract.InvalidBodyException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Why a request is not served, independent of a dialect. Without a stack trace: it is an answer,
 * not a defect.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Violations that the summary spells out; the rest is counted. */
  private static final int SUMMARISED_MAX = 3;

  /** What is too much just now has mostly passed by then. */
  private static final String RETRY_AFTER_SECONDS = "1";

  /** The kinds of refusal, with their status and their name in each dialect that has one. */
  public enum Reason {
    /** A parameter or the body breaks the contract. */
    INVALID_REQUEST(400, "invalid-request", "invalid_argument"),
    /** No credential, or one that does not hold. */
    UNAUTHENTICATED(401, "unauthenticated", "unauthenticated"),
    /** A scope is missing. */
    FORBIDDEN(403, "forbidden", "forbidden"),
    /** Another tenant is meant than the credential's. */
    TENANT_MISMATCH(403, "forbidden", "tenant_mismatch"),
    /** Nothing is served at the path. */
    NOT_FOUND(404, "not-found", "not_found"),
    /** The path does not serve the method. */
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "method_not_allowed"),
    /** An id is taken by other content. */
    CONFLICT(409, "conflict", "conflict"),
    /** The body is larger than the server takes. */
    BODY_TOO_LARGE(413, "body-too-large", "payload_too_large"),
    /** The body's media type or encoding is not served. */
    UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "unsupported_media_type"),
    /** More is asked than a configured rate allows. */
    TOO_MANY_REQUESTS(429, "too-many-requests", "rate_limited"),
    /** Too much is under way. */
    OVERLOADED(503, "unavailable", "overloaded"),
    /** The store does not answer. */
    UNAVAILABLE(503, "unavailable", "unavailable"),
    /** A defect. */
    INTERNAL(500, "internal", "internal");

    private final int status;
    private final String problem;
    private final String code;

    Reason(int status, String problem, String code) {
      this.status = status;
      this.problem = problem;
      this.code = code;
    }

    /** The HTTP status, unless a dialect has its own. */
    public int status() {
      return status;
    }

    /** Its name among the tenant dialect's problem types. */
    public String problem() {
      return problem;
    }

    /** Its code in the log dialect. */
    public String code() {
      return code;
    }
  }

  private final Reason reason;
  private final transient List<Violation> violations;
  private final transient Map<String, String> headers = new LinkedHashMap<>();
  private final transient Map<String, Object> members = new LinkedHashMap<>();

  private Refusal(Reason reason, String detail, List<Violation> violations) {
    super(detail, null, false, false);
    this.reason = reason;
    this.violations = List.copyOf(violations);
  }

  /** A refusal for this reason; the detail is one sentence for the client, without a full stop. */
  public static Refusal of(Reason reason, String detail) {
    return new Refusal(reason, detail, List.of());
  }

  /** A refusal because of these parts of the request, at least one. */
  public static Refusal of(List<Violation> violations) {
    String detail =
        violations.stream()
            .limit(SUMMARISED_MAX)
            .map(Violation::sentence)
            .collect(Collectors.joining("; "));
    int more = violations.size() - SUMMARISED_MAX;
    return new Refusal(
        Reason.INVALID_REQUEST, more > 0 ? detail + "; and " + more + " more" : detail, violations);
  }

  /** A refusal because of what is wrong with the body. */
  public static Refusal of(InvalidBodyException invalid) {
    return of(invalid.faults().stream().map(Violation::of).toList());
  }

  /**
   * The refusal of an id in the path that stands for nothing that the tenant has. It does not say
   * why, nor whether anybody else has it.
   *
   * @param parameter the parameter of the path that it stands in
   */
  public static Refusal unknown(String parameter) {
    return of(Reason.NOT_FOUND, "the " + parameter + " in the path is not known here");
  }

  /** The refusal of what can be sent again a moment later; the answer says when. */
  public static Refusal tryAgain(Reason reason, String detail) {
    return of(reason, detail).withHeader("Retry-After", RETRY_AFTER_SECONDS);
  }

  /** The same, answered with this header. */
  public Refusal withHeader(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** The same, with a further member where the dialect's errors can have some. */
  public Refusal with(String member, List<String> values) {
    members.put(member, values);
    return this;
  }

  /** The same, with a number as a further member where the dialect's errors can have some. */
  public Refusal with(String member, long value) {
    members.put(member, value);
    return this;
  }

  /** The kind of refusal. */
  public Reason reason() {
    return reason;
  }

  String detail() {
    return String.valueOf(getMessage());
  }

  List<Violation> violations() {
    return violations;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** Lists of text, and {@link Long}. */
  Map<String, Object> members() {
    return members;
  }
}
