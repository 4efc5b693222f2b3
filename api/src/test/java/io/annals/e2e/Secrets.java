package io.annals.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must never be said, and all that was said: credentials that tests make, and what the servers
 * wrote where no credential belongs. Safe to use from any thread.
 */
public final class Secrets {
  /** Those of all tests of this JVM; looked through when the last has ended. */
  public static final Secrets OF_SUITE = new Secrets();

  /** A key, whose secret part it finds; as it was made, so that no example looks like one. */
  private static final Pattern API_KEY =
      Pattern.compile("annals_[0-9A-Za-z]{12}_([0-9A-Za-z]{43})[0-9A-Za-z]{6}");

  /** A signed token, whose signature it finds. */
  private static final Pattern JWT =
      Pattern.compile("eyJ[\\w-]{10,}\\.[\\w-]{10,}\\.([\\w-]{20,})");

  private static final Pattern GIVEN = Pattern.compile("\"(secret|access_token)\":\"");
  private static final String TOKEN_PATH = "/v1/auth/token";

  /** So much of a secret is too much: more bits than anybody guesses. */
  private static final int WINDOW_CHARS = 20;

  private static final int CHARS_MIN = 8;

  /** The beginnings of long secrets. */
  private final Set<String> windows = ConcurrentHashMap.newKeySet();

  /** Secrets that are shorter than that. */
  private final Set<String> words = ConcurrentHashMap.newKeySet();

  /** Texts, each once, and where it was said first. */
  private final Map<String, String> said = new ConcurrentHashMap<>();

  /** A secret by itself. */
  public void add(String secret) {
    if (secret.length() >= WINDOW_CHARS) {
      windows.add(secret.substring(0, WINDOW_CHARS));
    } else if (secret.length() >= CHARS_MIN) {
      words.add(secret);
    } else {
      throw new IllegalArgumentException("too short to be told from other words");
    }
  }

  /** The keys and tokens that a text has. */
  public void addFrom(String text) {
    for (Pattern pattern : List.of(API_KEY, JWT)) {
      Matcher found = pattern.matcher(text);
      while (found.find()) {
        add(found.group(1));
      }
    }
  }

  /** The credentials of a request. */
  void sent(Call call) {
    call.headers().forEach(this::addFrom);
    if (call.body() != null && call.target().equals(TOKEN_PATH)) {
      addFrom(call.body().toString());
    }
  }

  /** An answer: some give credentials out; refusals, and what is told of keys, must not. */
  void answered(Answer answer) {
    String text = answer.text();
    boolean isJson = String.valueOf(answer.header("content-type")).contains("json");
    if (answer.status() < 300 && isJson && GIVEN.matcher(text).find()) {
      addFrom(text);
    } else if (answer.status() >= 400 || text.contains("annals_")) {
      said("answer", answer.toString());
    }
  }

  /** What was said, and where: no place for a secret. */
  public void said(String place, String text) {
    said.putIfAbsent(text, place);
  }

  /** The places and texts in which a secret was said, of those known by now. */
  List<String> told() {
    List<String> told = new ArrayList<>();
    said.forEach(
        (text, place) -> {
          if (tells(text)) {
            told.add(place + ": " + text);
          }
        });
    return told;
  }

  private boolean tells(String text) {
    for (int end = WINDOW_CHARS; end <= text.length(); end++) {
      if (windows.contains(text.substring(end - WINDOW_CHARS, end))) {
        return true;
      }
    }
    return words.stream().anyMatch(text::contains);
  }
}
