package io.annals.e2e;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/** Random queries for events that are known: they ask for what is there, and beside it. */
final class ActivityQueries {
  /** A walk is this long at most: there are many of them. */
  private static final int PAGES_MAX = 20;

  private static final List<Integer> PAGE_SIZES = List.of(1, 2, 3, 50, 99, 100, 101, 999, 1000);
  private static final List<String> ABSENT = List.of("nothing has this", "%", "\u0130x", "60é");
  private static final List<String> SEARCHED = List.of("method", "path", "remoteIp", "actor");

  /** Whose activity. */
  record Subject(Stream stream, String id) {}

  /**
   * A query without a page size.
   *
   * @param parameters by their names
   */
  record Query(Subject subject, Map<String, Object> parameters) {
    boolean isSearch() {
      return parameters.containsKey("search");
    }

    Call of(Call call) {
      Call asking = call;
      for (Map.Entry<String, Object> parameter : parameters.entrySet()) {
        asking = asking.query(parameter.getKey(), parameter.getValue());
      }
      return asking;
    }
  }

  private final Random random;
  private final List<JsonObject> events;
  private final List<UUID> accounts;

  ActivityQueries(Random random, List<JsonObject> events, List<UUID> accounts) {
    this.random = random;
    this.events = events;
    this.accounts = accounts;
  }

  /** All that an account has. */
  static Query everything(UUID account) {
    return new Query(new Subject(Stream.ACCOUNT, account.toString()), Map.of());
  }

  Query next() {
    JsonObject event = any();
    Subject subject =
        random.nextInt(4) == 0
            ? new Subject(Stream.ACCOUNT, accounts.get(random.nextInt(accounts.size())).toString())
            : new Subject(Stream.TOKEN, event.getString("tokenId"));
    Map<String, Object> parameters = new TreeMap<>();
    if (random.nextBoolean()) {
      parameters.put("search", term(random.nextInt(4) == 0 ? any() : event));
    }
    long time = event.getLong("createdAt") + random.nextInt(3) - 1;
    if (random.nextInt(3) == 0) {
      parameters.put("from", time - (random.nextBoolean() ? 0 : random.nextInt(100_000_000)));
    }
    if (random.nextInt(3) == 0) {
      parameters.put("to", time + random.nextInt(random.nextBoolean() ? 2 : 100_000_000));
    }
    if (random.nextInt(4) == 0) {
      parameters.put("PageToken.Skip", random.nextInt(random.nextBoolean() ? 10 : 3000));
    }
    return new Query(subject, parameters);
  }

  /** A size of pages that makes a walk through so many events neither long nor all alike. */
  int pageSize(int events) {
    int size =
        random.nextBoolean()
            ? PAGE_SIZES.get(random.nextInt(PAGE_SIZES.size()))
            : 1 + random.nextInt(1000);
    return Math.max(size, 1 + events / PAGES_MAX);
  }

  private JsonObject any() {
    return events.get(random.nextInt(events.size()));
  }

  /** A part of a searched value, as people type it; now and then one that is nowhere. */
  private String term(JsonObject event) {
    if (random.nextInt(6) == 0) {
      return ABSENT.get(random.nextInt(ABSENT.size()));
    }
    String status = String.valueOf(event.getInteger("statusCode"));
    String value = event.getString(SEARCHED.get(random.nextInt(SEARCHED.size())), status);
    int[] characters = value.codePoints().toArray();
    int from = random.nextInt(characters.length);
    int length = 1 + random.nextInt(Math.min(12, characters.length - from));
    String part = new String(characters, from, length);
    return switch (random.nextInt(3)) {
      case 0 -> part.toUpperCase(Locale.ROOT);
      case 1 -> part.toLowerCase(Locale.ROOT);
      default -> part;
    };
  }
}
