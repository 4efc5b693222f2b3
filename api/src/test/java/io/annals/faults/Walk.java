package io.annals.faults;

import io.annals.e2e.Answer;
import io.annals.e2e.Call;
import io.annals.e2e.Stream;
import io.vertx.core.json.JsonObject;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Follows the cursors of a list to its end, whatever happens on the way, and counts. */
final class Walk {
  private final Visitor visitor;
  private final Stream stream;
  private final Call first;
  private @Nullable String cursor;
  private boolean ended;
  private int pages;
  private long listed;
  private long twice;
  private @Nullable Long total;

  /** By the number of the sender, the numbers of its events. */
  private final Map<Integer, BitSet> seen = new HashMap<>();

  Walk(Visitor visitor, Stream stream) {
    this.visitor = visitor;
    this.stream = stream;
    first = Call.of("GET", stream.path(visitor.tenant())).query(stream.limit, stream.limitMax);
  }

  /** Reads the next page, or tries to; false at the end of the list. */
  boolean next() {
    Answer page = visitor.ask(cursor == null ? first : first.query(stream.cursor(), cursor), false);
    if (page != null && page.status() == 200) {
      stream.items(page).forEach(this::see);
      if (cursor == null) {
        total = page.json().getLong("totalCount");
      }
      cursor = stream.next(page);
      ended = cursor == null;
      pages++;
    } else if (page != null && page.status() == 404 && stream.isActivity() && cursor == null) {
      ended = true; // nobody has written yet
    } else if (page != null && page.status() < 429) {
      throw new AssertionError(stream + ": " + page);
    }
    return !ended;
  }

  private void see(JsonObject item) {
    UUID id = UUID.fromString(item.getString("id"));
    int number = (int) id.getLeastSignificantBits();
    BitSet ofSender = seen.computeIfAbsent((int) id.getMostSignificantBits(), s -> new BitSet());
    if (ofSender.get(number)) {
      twice++;
    }
    ofSender.set(number);
    listed++;
  }

  /** How many pages it has read since the last call. */
  int takePages() {
    int taken = pages;
    pages = 0;
    return taken;
  }

  long listed() {
    return listed;
  }

  /** Events that were listed again. */
  long twice() {
    return twice;
  }

  /** How many events there are, as the first page told; null if it does not tell. */
  @Nullable Long total() {
    return total;
  }

  /** Events that were acknowledged by then and not listed. */
  long missing(Map<Sender, Long> settled) {
    long missing = 0;
    for (Map.Entry<Sender, Long> each : settled.entrySet()) {
      Sender sender = each.getKey();
      if (sender.stream() == stream) {
        BitSet ofSender = seen.getOrDefault(sender.number(), new BitSet());
        for (int n = ofSender.nextClearBit(0);
            n < each.getValue();
            n = ofSender.nextClearBit(n + 1)) {
          missing += sender.isSpoilt(n) ? 0 : 1;
        }
      }
    }
    return missing;
  }

  /** Events that were listed though they had to be refused. */
  long spoilt(Sender sender) {
    BitSet ofSender = seen.getOrDefault(sender.number(), new BitSet());
    return sender.stream() == stream ? ofSender.stream().filter(sender::isSpoilt).count() : 0;
  }
}
