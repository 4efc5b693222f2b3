package io.annals.tck;

import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.Field;
import io.annals.model.NewEvent;
import io.annals.model.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Random events of any stream, reproducible from a seed. Values come from small sets, so that
 * filters match, times collide, and rows differ in what they lack.
 */
public final class Samples {
  private static final List<String> TEXTS =
      List.of("a", "b", "c", "Ünïcode 😀", "quote\"back\\slash", "tab\tline\nend", "%_'; --");
  private static final List<String> JSONS =
      List.of("{}", "{\"a\":[1,2.5,null,true,\"😀\"]}", "[]", "\"text\"", "17", "null");

  private final Random random;

  /** Samples that follow from this seed. */
  public Samples(long seed) {
    random = new Random(seed);
  }

  /** A tenant nobody else has. */
  public static TenantId tenant() {
    return new TenantId(UUID.randomUUID());
  }

  /** A random id over the whole unsigned range. */
  public UUID id() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  /** From 0 to less than the bound. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** An event at this time, with an id and a time that the sender chose. */
  public NewEvent eventAt(EventStream stream, long createdAtMillis) {
    return new NewEvent(new Event(createdAtMillis, id(), values(stream)), true, true);
  }

  /** Events with times spread over this many milliseconds, ties included. */
  public List<NewEvent> events(EventStream stream, int count, long fromMillis, int spanMillis) {
    List<NewEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(eventAt(stream, fromMillis + random.nextInt(spanMillis)));
    }
    return events;
  }

  /** A value that a field may have, for filters. */
  public Object value(Field field) {
    return switch (field.type()) {
      case TEXT -> pick(field.values().isEmpty() ? TEXTS : field.values());
      case UUID -> new UUID(0, random.nextInt(3));
      case INT32 -> 200 + random.nextInt(3);
      case INT64 -> random.nextBoolean() ? Long.MIN_VALUE : (long) random.nextInt(3);
      case NUMBER -> random.nextInt(8) / 8.0;
      case BOOLEAN -> random.nextBoolean();
      case JSON -> pick(JSONS);
    };
  }

  private @Nullable Object[] values(EventStream stream) {
    return stream.fields().stream()
        .map(field -> field.required() || random.nextBoolean() ? value(field) : null)
        .toArray();
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
