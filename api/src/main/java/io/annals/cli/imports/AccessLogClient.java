package io.annals.cli.imports;

import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the time in a line of an access log: {@code 10.0.0.1 - alice}, and before that
 * maybe the virtual host: {@code example.org:443 10.0.0.1 - alice}.
 *
 * @param vhost the virtual host with its port, as logged
 * @param address the client's address or name
 * @param user who it said it was
 */
record AccessLogClient(@Nullable String vhost, @Nullable String address, @Nullable String user) {
  private static final Pattern HOST_AND_PORT = Pattern.compile("([^:]+|\\[[^]]*]):\\d{1,5}");

  /** The client that the log has like this, one character a byte. */
  static AccessLogClient parse(String logged) throws UnusableException {
    // The user is the last, for its name may hold spaces.
    String[] fields = logged.split(" ", 3);
    if (fields.length == 3 && startsWithVhost(fields)) {
      fields = logged.split(" ", 4);
    }
    if (fields.length < 3 || fields[0].isEmpty() || fields[0].endsWith(",")) {
      throw UnusableException.alien("no client, identity and user before its time", logged);
    }
    int client = fields.length - 3;
    String vhost = client == 1 ? fields[0] : null;
    return new AccessLogClient(
        value(vhost), value(fields[client]), value(fields[fields.length - 1]));
  }

  /** The virtual host in lower case, without its port. */
  @Nullable String vhostName() {
    if (vhost == null) {
      return null;
    }
    Matcher hostAndPort = HOST_AND_PORT.matcher(vhost);
    String host = hostAndPort.matches() ? hostAndPort.group(1) : vhost;
    return host.toLowerCase(Locale.ROOT);
  }

  /** Whether one more field stands first: then an address is second, or the identity third. */
  private static boolean startsWithVhost(String[] fields) {
    boolean more = fields[2].indexOf(' ') >= 0;
    return more && (fields[2].startsWith("- ") || isAddress(fields[1]));
  }

  private static boolean isAddress(String text) {
    return NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text);
  }

  private static @Nullable String value(@Nullable String logged) {
    boolean none =
        logged == null || logged.isEmpty() || logged.equals("-") || logged.equals("\"\"");
    return none ? null : AccessLogText.decode(logged);
  }
}
