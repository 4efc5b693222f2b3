package io.annals.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What proxies wrote into a header about whom they forward for, the nearest proxy's word first.
 *
 * @param words as they stand in the header
 * @param areElements whether they are elements of {@code Forwarded}, or bare nodes
 */
record ForwardedHops(List<String> words, boolean areElements) {
  /** A parameter of RFC 7239; the brackets and colons of addresses are let pass unquoted. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\G\\s*([\\w!#$%&'*+.^`|~-]+)=(?:\"([^\"\\\\]*)\"|([^\\s\",;=\\\\]+))\\s*(?:;|$)");

  private static final Pattern NODE =
      Pattern.compile("(?:\\[([\\da-fA-F:.]+)]|(\\d+\\.[\\d.]+))(?::[\\w.-]*)?");

  /** The values of {@code Forwarded}, in their order. */
  static ForwardedHops ofForwarded(List<String> values) {
    return new ForwardedHops(fromTheEnd(String.join(",", values)), true);
  }

  /** The values of {@code X-Forwarded-For}, in their order. */
  static ForwardedHops ofForwardedFor(List<String> values) {
    return new ForwardedHops(fromTheEnd(String.join(",", values)), false);
  }

  /** Split at commas that are not quoted, so that no quote of a stranger hides what follows it. */
  private static List<String> fromTheEnd(String list) {
    List<String> words = new ArrayList<>();
    boolean quoted = false;
    int end = list.length();
    for (int i = end - 1; i >= -1; i--) {
      if (i < 0 || (list.charAt(i) == ',' && !quoted)) {
        words.add(list.substring(i + 1, end).strip());
        end = i;
      } else if (list.charAt(i) == '"') {
        quoted = !quoted;
      }
    }
    return words;
  }

  /** The address that a word names; null if it hides it, names none, or is malformed. */
  @Nullable InetAddress address(int index) {
    String node = areElements ? node(words.get(index)) : words.get(index);
    Matcher matcher = NODE.matcher(node);
    if (!matcher.matches()) {
      return IpBlock.address(node);
    }
    return IpBlock.address(matcher.group(matcher.group(1) == null ? 2 : 1));
  }

  /** What an element says that it is for; empty if nothing, or more than one thing. */
  private static String node(String element) {
    Matcher parameter = PARAMETER.matcher(element);
    String node = "";
    int end = 0;
    while (end < element.length() && parameter.find()) {
      end = parameter.end();
      if (parameter.group(1).equalsIgnoreCase("for")) {
        if (!node.isEmpty()) {
          return "";
        }
        node = parameter.group(parameter.group(2) == null ? 3 : 2);
      }
    }
    return end < element.length() ? "" : node;
  }
}
