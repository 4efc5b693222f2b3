package io.annals.http;

import io.annals.http.Refusal.Reason;
import io.annals.store.ConflictException;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where failures become answers, in the dialect of the path. */
public final class RefusalHandler implements Handler<RoutingContext> {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalHandler.class);

  private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

  /** Counts refusals by their reason. */
  public RefusalHandler(MeterRegistry meters) {
    for (Reason reason : Reason.values()) {
      Counter counter =
          Counter.builder("annals.http.refusals")
              .tag("reason", reason.name().toLowerCase(Locale.ROOT))
              .description("Requests that were refused")
              .register(meters);
      counters.put(reason, counter);
    }
  }

  /** A store that is down would fill the log with every request. */
  private static final LineRate LINES = new LineRate();

  @Override
  public void handle(RoutingContext context) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      response.reset(); // too late for an answer: cut off rather than look complete
      return;
    }
    if (context.failure() instanceof OwnAnswer own) {
      count(own.isUnauthenticated() ? Reason.UNAUTHENTICATED : Reason.INVALID_REQUEST);
      own.answer(context);
      return;
    }
    answer(response, path(context), refusal(context));
  }

  private void count(Reason reason) {
    Objects.requireNonNull(counters.get(reason)).increment();
  }

  private void answer(HttpServerResponse response, @Nullable String path, Refusal refusal) {
    count(refusal.reason());
    Dialect dialect = Dialects.ofPath(String.valueOf(path));
    refusal.headers().forEach(response::putHeader);
    if (response.streamId() >= 0) {
      response.headers().remove(HttpHeaders.CONNECTION); // HTTP/2 has no such header
    }
    response
        .setStatusCode(dialect.status(refusal.reason()))
        .putHeader(HttpHeaders.CONTENT_TYPE, dialect.refusalMediaType())
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(Json.object(json -> dialect.writeRefusal(json, refusal, path)));
  }

  /** Answers what is not HTTP, or too long; the connection is closed. */
  public void malformed(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    String detail =
        cause instanceof TooLongFrameException
            ? "the request line or its headers are too long"
            : "the request is not HTTP";
    answer(
        request.response(),
        request.path(),
        Refusal.of(Reason.INVALID_REQUEST, detail).withHeader("Connection", "close"));
  }

  private static Refusal refusal(RoutingContext context) {
    Throwable failure = context.failure();
    if (failure instanceof Refusal refusal) {
      return refusal;
    }
    if (failure instanceof StoreException refused) {
      boolean overloaded = refused.kind() == Kind.OVERLOADED;
      return ofStore(doing(context), refused, overloaded ? "nothing was stored" : "try again");
    }
    int status =
        failure instanceof HttpException http ? http.getStatusCode() : context.statusCode();
    return switch (status) {
      case 400 -> Refusal.of(Reason.INVALID_REQUEST, "the request is malformed");
      case 404 -> Refusal.of(Reason.NOT_FOUND, "nothing is served at this path");
      case 413 -> Refusal.of(Reason.BODY_TOO_LARGE, "the body is too large");
      default -> unforeseen(doing(context), failure);
    };
  }

  private static String doing(RoutingContext context) {
    HttpServerRequest request = context.request();
    return RequestTracing.method(request) + " " + RequestTracing.path(request);
  }

  /**
   * The refusal because the store failed; what an operator has to know of is logged.
   *
   * @param doing what failed, for the log
   * @param rest what became of the request or what to do, for the client, where waiting helps
   */
  public static Refusal ofStore(String doing, StoreException failure, String rest) {
    return switch (failure.kind()) {
      case CONFLICT -> conflict((ConflictException) failure);
      case OVERLOADED -> Refusal.tryAgain(Reason.OVERLOADED, "too much is waiting; " + rest);
      case UNAVAILABLE, TIMEOUT -> {
        LINES.say(
            failure.kind().name(), more -> LOG.warn("{}: {}{}", doing, failure.getMessage(), more));
        yield Refusal.tryAgain(Reason.UNAVAILABLE, "the store does not answer; " + rest);
      }
      case INTERNAL -> unforeseen(doing, failure);
    };
  }

  private static Refusal conflict(ConflictException conflict) {
    List<String> ids = conflict.ids().stream().map(UUID::toString).toList();
    return Refusal.of(
            Reason.CONFLICT, "already stored with other content: " + String.join(", ", first(ids)))
        .with("ids", ids);
  }

  private static List<String> first(List<String> ids) {
    return ids.size() > 3 ? ids.subList(0, 3) : ids;
  }

  /**
   * The refusal because of a defect, which is logged.
   *
   * @param doing what failed, for the log
   */
  public static Refusal unforeseen(String doing, @Nullable Throwable failure) {
    LINES.say(place(failure), more -> LOG.error("{} failed{}", doing, more, failure));
    return Refusal.of(Reason.INTERNAL, "an unforeseen failure; the server's log has it");
  }

  /** What failed and where, of which there are as many as there are defects. */
  private static String place(@Nullable Throwable failure) {
    if (failure == null) {
      return "";
    }
    StackTraceElement[] trace = failure.getStackTrace();
    return failure.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  /** Without the query: it may hold personal data. As it was sent where it cannot be decoded. */
  private static String path(RoutingContext context) {
    try {
      return context.normalizedPath();
    } catch (IllegalArgumentException e) {
      return context.request().path();
    }
  }
}
