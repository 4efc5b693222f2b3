package io.annals.cli.imports;

import org.jspecify.annotations.Nullable;

/**
 * The first line of a request: {@code GET /path?query HTTP/1.1}.
 *
 * @param method what was to be done, a token of RFC 9110
 * @param path the target without its query string, and without scheme and authority where it has
 *     them; other targets ({@code *}, {@code host:port}) as they stand
 */
record RequestLine(String method, String path) {
  private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";
  private static final String SCHEME_SIGNS = "+-.";

  /** The request line that the log has like this, one character a byte. */
  static RequestLine parse(String logged) throws UnusableException {
    int methodEnd = logged.indexOf(' ');
    if (logged.isEmpty() || logged.equals("-")) {
      throw UnusableException.defect("the client sent no request", '"' + logged + '"');
    }
    String target = methodEnd < 0 ? null : target(logged.substring(methodEnd + 1));
    String method = methodEnd < 0 ? "" : logged.substring(0, methodEnd);
    if (target == null || !isToken(method)) {
      throw UnusableException.defect("its request is not METHOD PATH HTTP/n", '"' + logged + '"');
    }
    String path = path(AccessLogText.decode(target));
    if (path.isEmpty()) {
      throw UnusableException.defect("its request has no path", '"' + logged + '"');
    }
    return new RequestLine(method, path);
  }

  /** What stands before the protocol; without one, as HTTP/0.9 had it, a path alone. */
  private static @Nullable String target(String rest) {
    int space = rest.lastIndexOf(' ');
    if (space > 0 && rest.startsWith("HTTP/", space + 1)) {
      return rest.substring(0, space);
    }
    return space < 0 && rest.startsWith("/") ? rest : null;
  }

  private static String path(String target) {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    int scheme = path.indexOf("://");
    if (scheme <= 0 || !isScheme(path.substring(0, scheme))) {
      return path;
    }
    int authorityEnd = path.indexOf('/', scheme + 3);
    return authorityEnd < 0 ? "/" : path.substring(authorityEnd);
  }

  private static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> isAlphanumeric(c, TOKEN_SIGNS));
  }

  private static boolean isScheme(String text) {
    return text.chars().allMatch(c -> isAlphanumeric(c, SCHEME_SIGNS));
  }

  private static boolean isAlphanumeric(int c, String orOneOf) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || orOneOf.indexOf(c) >= 0;
  }
}
