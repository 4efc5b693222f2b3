package io.annals.auth;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The scopes a credential can carry. */
public final class Scopes {
  public static final String AUDIT_READ = "audit:read";
  public static final String AUDIT_WRITE = "audit:write";
  public static final String ACTIVITY_READ = "activity:read";
  public static final String ACTIVITY_WRITE = "activity:write";
  public static final String KEYS_READ = "keys:read";
  public static final String KEYS_WRITE = "keys:write";

  /** Every scope there is, in the order to show them. */
  public static final List<String> KNOWN =
      List.of(AUDIT_READ, AUDIT_WRITE, ACTIVITY_READ, ACTIVITY_WRITE, KEYS_READ, KEYS_WRITE);

  private static final Pattern SPACES = Pattern.compile(" +");

  private Scopes() {}

  /**
   * Reads a list of scopes separated by spaces.
   *
   * @throws IllegalArgumentException when one is not known, or none is named; the message lists the
   *     known ones
   */
  public static Set<String> parse(String text) {
    List<String> names = split(text);
    for (String name : names) {
      if (!KNOWN.contains(name)) {
        throw new IllegalArgumentException(
            "unknown scope '" + name + "'; known: " + String.join(" ", KNOWN));
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("no scope named; known: " + String.join(" ", KNOWN));
    }
    return new LinkedHashSet<>(names);
  }

  /**
   * The inverse of {@link #parse}, in the order to show them.
   *
   * @throws IllegalArgumentException when one is not known
   */
  public static String text(Set<String> scopes) {
    if (!scopes.isEmpty()) {
      parse(String.join(" ", scopes));
    }
    return KNOWN.stream().filter(scopes::contains).collect(Collectors.joining(" "));
  }

  /** The known scopes of a claim; an identity provider's own ("openid") mean nothing here. */
  static Set<String> knownIn(String claim) {
    Set<String> known = new LinkedHashSet<>(KNOWN);
    known.retainAll(split(claim));
    return known;
  }

  private static List<String> split(String text) {
    List<String> names = new ArrayList<>(SPACES.splitAsStream(text).toList());
    names.remove("");
    return names;
  }
}
