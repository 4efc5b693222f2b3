package io.annals.http;

import io.annals.http.Refusal.Reason;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a body is by its headers.
 *
 * @param mediaType in lower case, without parameters
 * @param isGzip whether it is compressed
 */
public record Content(String mediaType, boolean isGzip) {
  /** The media type of JSON. */
  public static final String JSON = "application/json";

  /**
   * Reads the headers.
   *
   * @param mediaTypes those that are served, all of them in UTF-8
   * @param gzip whether bodies may be compressed
   * @throws Refusal if it is anything else
   */
  public static Content of(HttpServerRequest request, List<String> mediaTypes, boolean gzip) {
    String mediaType = mediaType(request.headers().getAll(HttpHeaders.CONTENT_TYPE));
    if (mediaType == null || !mediaTypes.contains(mediaType)) {
      throw Refusal.of(
          Reason.UNSUPPORTED_MEDIA_TYPE,
          "Content-Type must be " + String.join(" or ", mediaTypes) + " in UTF-8");
    }
    boolean isGzip = false;
    for (String encoding : request.headers().getAll(HttpHeaders.CONTENT_ENCODING)) {
      if (gzip && !isGzip && encoding.equalsIgnoreCase("gzip")) {
        isGzip = true;
      } else if (!encoding.equalsIgnoreCase("identity")) {
        throw Refusal.of(
            Reason.UNSUPPORTED_MEDIA_TYPE,
            gzip
                ? "Content-Encoding must be gzip, or left out"
                : "Content-Encoding is not supported here; send it plain");
      }
    }
    return new Content(mediaType, isGzip);
  }

  /** The length that a header announces; 0 for a body in chunks. */
  public static long announcedBytes(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length);
  }

  /** Null if it is not in UTF-8, or not said once: of two headers either could be meant. */
  private static @Nullable String mediaType(List<String> contentTypes) {
    if (contentTypes.size() != 1) {
      return null;
    }
    String[] parts = contentTypes.get(0).toLowerCase(Locale.ROOT).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].replace("\"", "").trim();
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        return null;
      }
    }
    return parts[0].trim();
  }
}
