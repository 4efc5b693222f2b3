package io.annals.bench;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Calls as NDJSON: of so many tokens in turn, with the spread of values that a busy API has (1,000
 * actors, 65,536 addresses, 20 routes). The bare drivers write the same values.
 */
final class ActivityLines {
  static final int ROUTES = 20;
  static final int ACTORS = 1_000;

  private static final String[] METHODS = {"GET", "GET", "GET", "POST", "PUT"};
  private static final int[] STATUSES = {200, 200, 200, 201, 404};

  private final UUID[] tokens;

  ActivityLines(int tokens) {
    this.tokens = new UUID[tokens];
    for (int i = 0; i < tokens; i++) {
      this.tokens[i] = UUID.randomUUID();
    }
  }

  UUID token(int event) {
    return tokens[event % tokens.length];
  }

  static String method(int event) {
    return METHODS[mixed(event, 1) % METHODS.length];
  }

  static String path(int event) {
    return "/v1/projects/route" + mixed(event, 2) % ROUTES + "/items";
  }

  static int status(int event) {
    return STATUSES[mixed(event, 3) % STATUSES.length];
  }

  static int latencyMillis(int event) {
    return mixed(event, 4) % 500;
  }

  static String address(int event) {
    int bits = mixed(event, 5);
    return "10.20." + (bits >> 8 & 255) + "." + (bits & 255);
  }

  static String actor(int event) {
    return "user" + mixed(event, 6) % ACTORS + "@example.com";
  }

  /** Without ids and times: each time they are sent, they are new events. */
  Buffer anonymous(int from, int count) {
    StringBuilder text = new StringBuilder(count * 220);
    for (int i = from; i < from + count; i++) {
      append(text.append('{'), i);
    }
    return bytes(text);
  }

  /**
   * With ids and times; those of the same number are the same event.
   *
   * @param needleEvery how far apart events are whose actor is a needle
   */
  Buffer timed(int from, int count, long startMillis, double millisApart, int needleEvery) {
    StringBuilder text = new StringBuilder(count * 300);
    for (int i = from; i < from + count; i++) {
      text.append("{\"id\":\"").append(id(i)).append("\",\"createdAt\":");
      text.append(startMillis + (long) (i * millisApart)).append(',');
      append(text, i);
      if (i % needleEvery == needleEvery / 2) {
        text.insert(text.length() - "\"}\n".length(), ".needle");
      }
    }
    return bytes(text);
  }

  private static Buffer bytes(StringBuilder text) {
    return Buffer.buffer(text.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private void append(StringBuilder text, int i) {
    text.append("\"tokenId\":\"").append(token(i)).append("\",\"method\":\"").append(method(i));
    text.append("\",\"path\":\"").append(path(i)).append("\",\"statusCode\":").append(status(i));
    text.append(",\"latencyMs\":").append(latencyMillis(i)).append(",\"remoteIp\":\"");
    text.append(address(i)).append("\",\"actor\":\"").append(actor(i)).append("\"}\n");
  }

  /** A UUID of version 7 in form, the same for the same number. */
  static UUID id(int event) {
    return new UUID(
        0x0190000000007000L | (long) event << 16, 0x8000000000000000L | mixed(event, 7));
  }

  /** A number that looks random, the same for the same arguments (the finalizer of MurmurHash3). */
  private static int mixed(int event, int what) {
    int h = event * 31 + what * 0x9E3779B9;
    h = (h ^ h >>> 16) * 0x85EBCA6B;
    h = (h ^ h >>> 13) * 0xC2B2AE35;
    return (h ^ h >>> 16) & Integer.MAX_VALUE;
  }
}
