package io.annals.search;

import io.annals.model.ActivityStream;
import io.annals.model.Event;

/**
 * The fields of a call that a search looks into: method, path, status, address and actor. Said
 * once, so that what a digest collects is what a row is matched by.
 */
public final class SearchedFields {
  private static final int[] TEXTS = {
    ActivityStream.METHOD, ActivityStream.PATH, ActivityStream.REMOTE_IP, ActivityStream.ACTOR
  };

  private SearchedFields() {}

  /** Whether one of them contains the term. */
  public static boolean match(Event call, SearchTerm term) {
    for (int field : TEXTS) {
      if (call.value(field) instanceof String text && term.matches(text)) {
        return true;
      }
    }
    return term.matches(String.valueOf(call.value(ActivityStream.STATUS_CODE)));
  }

  /** Adds their values to a strip of a digest. */
  public static void addTo(Digest.Builder digest, int strip, Event call) {
    for (int field : TEXTS) {
      if (call.value(field) instanceof String text) {
        digest.add(strip, text);
      }
    }
    if (call.value(ActivityStream.STATUS_CODE) instanceof Integer status) {
      digest.add(strip, status);
    }
  }
}
