package io.annals.cli.imports;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A line of an access log in the combined format, as nginx and Apache write it:
 *
 * <pre>{@code
 * [VHOST] CLIENT IDENTITY USER [TIME] "REQUEST" STATUS BYTES "REFERER" "USER AGENT" [MORE]
 * }</pre>
 *
 * <p>A line that ends before its user agent does is refused although what it lacks is not imported:
 * it was cut off, or is still being written and will be another line, of another id, tomorrow.
 *
 * <p>Takes time in proportion to the length of the line, whatever stands in it: each part is
 * searched for from where the one before ended.
 *
 * @param epochMillis when the request came
 * @param statusCode 100 to 599
 */
record AccessLogLine(
    AccessLogClient client, long epochMillis, RequestLine request, int statusCode) {
  private static final int PATH_CODE_POINTS_MAX = 2048;
  private static final String REQUEST_FOLLOWS = "] \"";

  /** The line of these bytes, within the bounds of the contract. */
  static AccessLogLine parse(byte[] bytes) throws UnusableException {
    String text = AccessLogText.bytewise(bytes);
    text = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    int timeAt = timeAt(text);
    int requestAt = timeAt + AccessLogTime.CHARS + REQUEST_FOLLOWS.length();
    int requestEnd = requestEnd(text, requestAt);
    int statusAt = requestEnd + 2;
    checkTail(text, text.indexOf(' ', statusAt));
    AccessLogClient client = AccessLogClient.parse(text.substring(0, timeAt - 2));
    checkBound("client", client.address(), Storable.TEXT_CODE_POINTS_MAX);
    checkBound("user", client.user(), Storable.TEXT_CODE_POINTS_MAX);
    RequestLine request = RequestLine.parse(text.substring(requestAt, requestEnd));
    checkBound("method", request.method(), Storable.TEXT_CODE_POINTS_MAX);
    checkBound("path", request.path(), PATH_CODE_POINTS_MAX);
    int status = status(text, statusAt);
    if (status < 100 || status > 599) {
      throw UnusableException.defect(
          "its status is not 100 to 599", text.substring(statusAt).split(" ", 2)[0]);
    }
    long epochMillis = AccessLogTime.parse(text, timeAt).orElseThrow();
    return new AccessLogLine(client, epochMillis, request, status);
  }

  /** Where the time stands that a request follows; no user name can hold such a quote. */
  private static int timeAt(String text) throws UnusableException {
    int at = text.indexOf(" [");
    for (; at >= 0; at = text.indexOf(" [", at + 1)) {
      boolean requestFollows = text.startsWith(REQUEST_FOLLOWS, at + 2 + AccessLogTime.CHARS);
      if (requestFollows && AccessLogTime.parse(text, at + 2).isPresent()) {
        return at + 2;
      }
    }
    throw UnusableException.alien("no time and quoted request", text);
  }

  private static int requestEnd(String text, int requestAt) throws UnusableException {
    int end = closingQuote(text, requestAt, at -> statusFollows(text, at));
    if (end < 0) {
      throw UnusableException.alien("no status behind its request", text);
    }
    return end;
  }

  /** Checks that bytes, referer and user agent are all there. */
  private static void checkTail(String text, int bytesAt) throws UnusableException {
    int bytesEnd = bytesAt < 0 ? -1 : text.indexOf(' ', bytesAt + 1);
    if (bytesEnd < 0 || !text.startsWith("\"", bytesEnd + 1)) {
      throw UnusableException.alien("no referer and user agent", text);
    }
    int refererEnd = closingQuote(text, bytesEnd + 2, at -> text.startsWith(" \"", at));
    int agentAt = refererEnd + " \"".length() + 1;
    if (refererEnd < 0 || closingQuote(text, agentAt, at -> fieldEnds(text, at)) < 0) {
      throw UnusableException.alien("it breaks off in its referer or user agent", text);
    }
  }

  /**
   * Where the quote stands that ends a value: one that is not escaped and stands before what must
   * follow, because some servers do not escape the quotes in a value.
   */
  private static int closingQuote(String text, int from, IntPredicate followedAt) {
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\\') {
        at++;
      } else if (c == '"' && followedAt.test(at + 1)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean statusFollows(String text, int at) {
    boolean none = text.startsWith(" -", at) && fieldEnds(text, at + 2);
    boolean some = text.startsWith(" ", at) && status(text, at + 1) >= 0;
    return none || (some && fieldEnds(text, at + 4));
  }

  /** The three digits that stand there, negative if none do. */
  private static int status(String text, int at) {
    int status = 0;
    for (int i = at; i < at + 3; i++) {
      int digit = i < text.length() ? Character.digit(text.charAt(i), 10) : -1;
      if (digit < 0) {
        return -1;
      }
      status = 10 * status + digit;
    }
    return status;
  }

  private static boolean fieldEnds(String text, int at) {
    return at == text.length() || text.startsWith(" ", at);
  }

  private static void checkBound(String field, @Nullable String text, int codePointsMax)
      throws UnusableException {
    if (text == null) {
      return;
    }
    int codePoints = text.codePointCount(0, text.length());
    if (codePoints > codePointsMax) {
      throw UnusableException.defect(
          "its " + field + " is longer than " + codePointsMax + " characters",
          codePoints + " characters: " + text);
    }
    if (!Storable.isClean(text)) {
      throw UnusableException.defect("its " + field + " holds U+0000", text);
    }
  }
}
