package io.annals.http;

import io.annals.auth.InvalidTokenException;
import io.annals.auth.KeyVerifier;
import io.annals.auth.Principal;
import io.annals.auth.TokenVerifier;
import io.annals.contract.ApiOperation;
import io.annals.contract.InvalidValueException;
import io.annals.contract.ParameterSchema;
import io.annals.http.Refusal.Reason;
import io.annals.http.Violation.Place;
import io.annals.model.TenantId;
import io.annals.trace.RequestTrace;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request in: first its credential (401), then its tenant (403), then the operation's scopes
 * (403). Only then is the request itself looked at.
 */
public final class Door implements Handler<RoutingContext> {
  /** The header by which an operator names the tenant where the path does not. */
  public static final String TENANT_HEADER = "X-Tenant-ID";

  /** The parameter that names the tenant where the path does. */
  public static final String TENANT_PARAMETER = "tenant";

  private static final String API_KEY_HEADER = "X-API-Key";
  private static final String PRINCIPAL = "annals.principal";
  private static final String ROUTE = "annals.route";
  private static final String OPERATION = "annals.operation";
  private static final String TENANT_PATHS = "/v1/tenants/";

  /** Who records the calls that are made with API keys. */
  @FunctionalInterface
  public interface Recorder {
    /**
     * Takes a place for a call, and records it when it has ended, whatever became of it. A call
     * without an API key needs none.
     *
     * @param caller whose key the call names
     * @param isLetIn whether the caller has proved to hold that key
     * @param startNanos when it began, of {@link System#nanoTime()}
     * @return false if there is no place: the call must be refused, and be sent again later
     */
    boolean admit(RoutingContext context, Principal caller, boolean isLetIn, long startNanos);
  }

  private final TokenVerifier tokens;
  private final KeyVerifier keys;
  private final Recorder recorder;

  /** A door that trusts what these verifiers accept, and has the calls with API keys recorded. */
  public Door(TokenVerifier tokens, KeyVerifier keys, Recorder recorder) {
    this.tokens = tokens;
    this.keys = keys;
    this.recorder = recorder;
  }

  /** Checks credential and tenant, then hands the request on. */
  @Override
  public void handle(RoutingContext context) {
    long startNanos = System.nanoTime();
    Future<Principal> verified;
    try {
      verified = verify(context.request());
    } catch (Refusal refusal) {
      context.fail(refusal);
      return;
    }
    if (!verified.isComplete()) {
      context.request().pause(); // the body must not pass by while nobody reads it
    }
    verified.onComplete(
        principal -> {
          try {
            record(context, principal, true, startNanos);
            checkTenant(context, principal);
            tell(context, principal);
            context.put(PRINCIPAL, principal);
            context.next();
          } catch (Refusal refusal) {
            context.fail(refusal);
          }
          resume(context.request());
        },
        failure -> {
          context.fail(refused(context, failure, startNanos));
          resume(context.request());
        });
  }

  /** Lets the body pass, unless the client took the request back meanwhile. */
  private static void resume(HttpServerRequest request) {
    if (!request.isEnded()) {
      request.resume();
    }
  }

  /** Has logs and traces say for whom the request is. */
  private static void tell(RoutingContext context, Principal principal) {
    RequestTrace trace = RequestTrace.current();
    if (trace != null) {
      principal
          .tenant()
          .or(() -> Optional.ofNullable(uuid(namedTenant(context))).map(TenantId::new))
          .ifPresent(trace::tenant);
    }
  }

  private Throwable refused(RoutingContext context, Throwable failure, long startNanos) {
    if (!(failure instanceof InvalidTokenException invalid)) {
      return failure;
    }
    try {
      invalid.named().ifPresent(named -> record(context, named, false, startNanos));
      return unauthenticated(failure);
    } catch (Refusal noPlace) {
      return noPlace;
    }
  }

  /**
   * Has a call recorded if it was made with an API key.
   *
   * @param isLetIn whether the caller has proved to hold the key
   * @param startNanos when it began, of {@link System#nanoTime()}
   * @throws Refusal if there is no place for its record: it must not be served
   */
  public void record(RoutingContext context, Principal caller, boolean isLetIn, long startNanos) {
    if (!recorder.admit(context, caller, isLetIn, startNanos)) {
      throw Refusal.tryAgain(Reason.OVERLOADED, "too many calls wait to be recorded");
    }
  }

  /** Says which template of a path serves the request. */
  public static void route(RoutingContext context, String template) {
    context.put(ROUTE, template);
  }

  /** The template of the path that serves the request; empty where nothing does. */
  public static Optional<String> route(RoutingContext context) {
    return Optional.ofNullable(context.get(ROUTE));
  }

  /** The id of the operation that serves the request; empty where none does. */
  static Optional<String> operation(RoutingContext context) {
    return Optional.ofNullable(context.get(OPERATION));
  }

  /** Who calls. */
  public static Principal principal(RoutingContext context) {
    return context.get(PRINCIPAL);
  }

  /** A handler that lets only those pass who may do this. */
  public static Handler<RoutingContext> to(ApiOperation operation) {
    return context -> {
      route(context, operation.path());
      context.put(OPERATION, operation.operationId());
      RequestTrace trace = RequestTrace.current();
      if (trace != null) {
        trace.span().updateName(operation.operationId());
      }
      for (String scope : operation.scopes()) {
        if (!principal(context).may(scope)) {
          context.fail(Refusal.of(Reason.FORBIDDEN, "the credential lacks the scope " + scope));
          return;
        }
      }
      context.next();
    };
  }

  /**
   * The tenant that the request is for.
   *
   * @throws Refusal if an operator named none
   */
  public static TenantId tenant(RoutingContext context) {
    Optional<TenantId> own = principal(context).tenant();
    if (own.isPresent()) {
      return own.get();
    }
    String text = namedTenant(context);
    UUID named = uuid(text);
    if (named == null) {
      throw Refusal.of(
          List.of(
              Violation.of(
                  Place.HEADER,
                  TENANT_HEADER,
                  text == null ? "missing" : "uuid_parsing",
                  "must name the tenant by its UUID, as the credential is for all of them")));
    }
    return new TenantId(named);
  }

  private Future<Principal> verify(HttpServerRequest request) {
    List<String> authorization = request.headers().getAll(HttpHeaders.AUTHORIZATION);
    List<String> apiKeys = request.headers().getAll(API_KEY_HEADER);
    if (!apiKeys.isEmpty() && !authorization.isEmpty()) {
      throw Refusal.of(
          List.of(
              Violation.of(
                  Place.HEADER,
                  API_KEY_HEADER,
                  "two_credentials",
                  "must not stand beside Authorization: send one credential")));
    }
    if (apiKeys.size() > 1) {
      throw unauthenticated("X-API-Key must be one key", "invalid_request");
    }
    return apiKeys.isEmpty()
        ? tokens.verify(bearerToken(authorization)).compose(keys::confirm)
        : keys.verify(apiKeys.get(0));
  }

  private static String bearerToken(List<String> authorization) {
    if (authorization.isEmpty()) {
      throw unauthenticated(
          "a credential is required: Authorization: Bearer <token>, or X-API-Key", null);
    }
    String value = authorization.get(0);
    int space = value.indexOf(' ');
    boolean bearer =
        space > 0 && value.substring(0, space).toLowerCase(Locale.ROOT).equals("bearer");
    if (authorization.size() > 1 || !bearer) {
      throw unauthenticated("Authorization must be one Bearer token", "invalid_request");
    }
    return value.substring(space + 1).strip();
  }

  private static Refusal unauthenticated(Throwable invalid) {
    return unauthenticated(String.valueOf(invalid.getMessage()), "invalid_token");
  }

  /** With the challenge of RFC 6750; without a credential it names no error. */
  private static Refusal unauthenticated(String detail, @Nullable String error) {
    String challenge =
        error == null
            ? ""
            : ", error=\"" + error + "\", error_description=\"" + quoted(detail) + "\"";
    return Refusal.of(Reason.UNAUTHENTICATED, detail)
        .withHeader("WWW-Authenticate", "Bearer realm=\"annals\"" + challenge);
  }

  private static String quoted(String text) {
    return text.replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "'");
  }

  /** The credential's tenant must be the one that path and header name. */
  private static void checkTenant(RoutingContext context, Principal principal) {
    String named = namedTenant(context);
    if (named == null || principal.tenant().isEmpty()) {
      return;
    }
    UUID id = uuid(named);
    boolean inPath = context.normalizedPath().startsWith(TENANT_PATHS);
    if (id == null && !inPath) {
      return; // a malformed header is a matter of the contract
    }
    if (id == null || !id.equals(principal.tenant().get().value())) {
      throw Refusal.of(Reason.TENANT_MISMATCH, "the credential is for another tenant");
    }
  }

  private static @Nullable String namedTenant(RoutingContext context) {
    String path = context.normalizedPath();
    if (!path.startsWith(TENANT_PATHS)) {
      return context.request().getHeader(TENANT_HEADER);
    }
    int end = path.indexOf('/', TENANT_PATHS.length());
    return path.substring(TENANT_PATHS.length(), end < 0 ? path.length() : end);
  }

  /** The id that this text is; null where it is none. */
  static @Nullable UUID uuid(@Nullable String text) {
    try {
      return text == null ? null : ParameterSchema.uuid(text);
    } catch (InvalidValueException e) {
      return null;
    }
  }
}
