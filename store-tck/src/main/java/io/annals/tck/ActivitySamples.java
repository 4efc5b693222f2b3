package io.annals.tck;

import io.annals.model.ActivityStream;
import io.annals.model.Event;
import io.annals.model.NewActivity;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Random calls, reproducible from a seed, with values that searches find in part. */
public final class ActivitySamples {
  private static final List<String> METHODS = List.of("GET", "POST", "delete", "PROPFIND");
  private static final List<String> PATHS =
      List.of(
          "/v1/users",
          "/v1/Users/42",
          "/v1/straße",
          "/v1/ΣΑΣ/😀",
          "/",
          "/v1/20%25/_'\"\\",
          "/K/ſ/İ/ı");
  private static final List<String> ACTORS = List.of("alice", "Bob", "ÉMILE", "😀", "svc-200");
  private static final List<Integer> STATUSES = List.of(200, 201, 404, 500);

  /** Parts of what is stored, in other cases, and things that are not there. */
  private static final List<String> TERMS =
      List.of(
          "get",
          "e",
          "/V1/",
          "STRASSE",
          "STRAßE",
          "straẞe",
          "σας",
          "ς",
          "😀",
          "k/S",
          "k",
          "i",
          "20",
          "404",
          "10.0.",
          "2001:DB8",
          "émile",
          "%",
          "_",
          "\\",
          "'",
          "nothing has this",
          "svc-2");

  private final Random random;

  /** Samples that follow from this seed. */
  public ActivitySamples(long seed) {
    random = new Random(seed);
  }

  /** A random id over the whole unsigned range. */
  public UUID id() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  /** From 0 to less than the bound. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** A search term that may or may not be found. */
  public String term() {
    return pick(TERMS);
  }

  /** A call with this token. */
  public NewActivity call(UUID token, long createdAtMillis) {
    return call(token, createdAtMillis, id(), null);
  }

  /** A call with this token, which may belong to an account. */
  public NewActivity call(UUID token, long createdAtMillis, UUID id, @Nullable UUID account) {
    Object[] values = {
      token,
      random.nextBoolean() ? "ak_" + random.nextInt(3) : null,
      pick(METHODS),
      pick(PATHS),
      pick(STATUSES),
      random.nextBoolean() ? random.nextInt(5000) : null,
      random.nextBoolean() ? address() : null,
      random.nextBoolean() ? pick(ACTORS) : null
    };
    return new NewActivity(new Event(createdAtMillis, id, values), account);
  }

  /** The same call of another path, which tells of no account. */
  static NewActivity withPath(NewActivity call, String path) {
    Event event = call.event();
    Object[] values = new Object[8];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == ActivityStream.PATH ? path : event.value(i);
    }
    return new NewActivity(new Event(event.createdAtMillis(), event.id(), values), null);
  }

  /** Calls with this token, their times spread over these milliseconds, ties included. */
  public List<NewActivity> calls(UUID token, int count, long fromMillis, int spanMillis) {
    List<NewActivity> calls = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      calls.add(call(token, fromMillis + random.nextInt(spanMillis)));
    }
    return calls;
  }

  private String address() {
    return random.nextBoolean()
        ? "10.0." + random.nextInt(4) + "." + random.nextInt(256)
        : "2001:db8::" + Integer.toHexString(random.nextInt(65_536));
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
