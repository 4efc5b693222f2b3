package io.annals.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * What every answer tells browsers: to take it for nothing but what it says it is, to show it in no
 * frame, to run nothing of it, and, under TLS, to come back by TLS only. Pages loosen what they
 * need.
 */
public final class AnswerHeaders {
  static final CharSequence CONTENT_SECURITY_POLICY =
      HttpHeaders.createOptimized("content-security-policy");

  private static final CharSequence NOTHING =
      HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");
  private static final CharSequence CONTENT_TYPE_OPTIONS =
      HttpHeaders.createOptimized("x-content-type-options");
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence REFERRER_POLICY =
      HttpHeaders.createOptimized("referrer-policy");
  private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
  private static final CharSequence TRANSPORT_SECURITY =
      HttpHeaders.createOptimized("strict-transport-security");
  private static final CharSequence A_YEAR = HttpHeaders.createOptimized("max-age=31536000");

  private final boolean tls;

  /** For a server with TLS, or without. */
  public AnswerHeaders(boolean tls) {
    this.tls = tls;
  }

  /** Puts them on an answer before anybody works on it. */
  public void put(HttpServerResponse response) {
    response
        .putHeader(CONTENT_TYPE_OPTIONS, NOSNIFF)
        .putHeader(REFERRER_POLICY, NO_REFERRER)
        .putHeader(CONTENT_SECURITY_POLICY, NOTHING);
    if (tls) {
      response.putHeader(TRANSPORT_SECURITY, A_YEAR);
    }
  }
}
