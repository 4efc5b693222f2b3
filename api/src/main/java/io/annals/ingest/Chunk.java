package io.annals.ingest;

import io.annals.model.NewActivity;
import java.util.ArrayList;
import java.util.List;

/** The events of consecutive lines, stored by one call. */
final class Chunk {
  /** What else was found on its lines counts with it. */
  long rejected;

  /** The line after its last. */
  long endLine;

  /** Bytes of the server's room that its events hold. */
  long bytesHeld;

  int attempts;
  private List<NewActivity> events = new ArrayList<>();
  private int accepted = -1;

  void add(NewActivity event) {
    events.add(event);
  }

  List<NewActivity> events() {
    return events;
  }

  /** Notes that its events are stored, and forgets them. */
  void settle() {
    accepted = events.size();
    events = List.of();
  }

  boolean isSettled() {
    return accepted >= 0;
  }

  int accepted() {
    return accepted;
  }
}
