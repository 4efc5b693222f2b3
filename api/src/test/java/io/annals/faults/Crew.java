package io.annals.faults;

import io.annals.e2e.Stream;
import io.annals.faults.Sender.Form;
import java.util.ArrayList;
import java.util.List;

/**
 * Who writes.
 *
 * @param pauseMillis how long each waits after an answer
 */
record Crew(List<Sender> senders, int pauseMillis) {
  /** A mixture of all that there is, at a pace that leaves something of a small machine. */
  static Crew ordinary() {
    List<Sender> senders = new ArrayList<>();
    for (Stream stream : List.of(Stream.CREDENTIALS, Stream.EVENTS, Stream.LOG)) {
      add(2, stream, Form.JSON, 10, senders);
    }
    add(2, Stream.ACCOUNT, Form.JSON, 50, senders);
    add(2, Stream.ACCOUNT, Form.LINES, 100, senders);
    add(1, Stream.ACCOUNT, Form.GZIP_LINES, 100, senders);
    add(2, Stream.ACCOUNT, Form.SLOW_LINES, 200, senders);
    return new Crew(senders, 50);
  }

  /** The same at another pace. */
  Crew paced(int millis) {
    return new Crew(senders, millis);
  }

  /** As much as the server takes. */
  static Crew flood() {
    List<Sender> senders = new ArrayList<>();
    add(4, Stream.CREDENTIALS, Form.JSON, 1000, senders);
    add(4, Stream.LOG, Form.JSON, 1000, senders);
    add(16, Stream.ACCOUNT, Form.JSON, 1000, senders);
    add(16, Stream.ACCOUNT, Form.LINES, 1000, senders);
    add(2, Stream.ACCOUNT, Form.SLOW_LINES, 2000, senders);
    return new Crew(senders, 0);
  }

  private static void add(int count, Stream stream, Form form, int events, List<Sender> senders) {
    for (int i = 0; i < count; i++) {
      senders.add(new Sender(senders.size() + 1, stream, form, events));
    }
  }
}
