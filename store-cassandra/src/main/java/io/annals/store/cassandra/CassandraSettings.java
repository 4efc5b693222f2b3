package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code cassandra} of the configuration; {@code annals-cassandra.yaml} explains it.
 */
record CassandraSettings(
    List<InetSocketAddress> contactPoints,
    String datacenter,
    String keyspace,
    int replicationFactor,
    @Nullable String user,
    @Nullable String password,
    ConsistencyLevel consistency,
    int timeoutMillis,
    boolean tls,
    @Nullable String tlsTrustStore,
    @Nullable String tlsTrustStorePassword,
    boolean tlsHostnameCheck) {
  private static final List<DefaultConsistencyLevel> CONSISTENCIES =
      List.of(
          DefaultConsistencyLevel.LOCAL_QUORUM,
          DefaultConsistencyLevel.QUORUM,
          DefaultConsistencyLevel.LOCAL_ONE,
          DefaultConsistencyLevel.ONE,
          DefaultConsistencyLevel.ALL,
          DefaultConsistencyLevel.EACH_QUORUM);

  /**
   * With more, a late row could still be on its way when another server takes what covers it for
   * over; see docs/adr/011-time-buckets.md, "Counting".
   */
  private static final int TIMEOUT_MILLIS_MAX = 10_000;

  /**
   * Reads the section, its defaults filled in.
   *
   * @throws IllegalArgumentException if something in it cannot be used, naming it
   */
  static CassandraSettings of(JsonObject section) {
    String user = section.getString("user");
    String password = section.getString("password");
    if ((user == null) != (password == null)) {
      throw bad("user and cassandra.password", "are given both or not at all");
    }
    return new CassandraSettings(
        contactPoints(text(section, "contactPoints")),
        text(section, "datacenter"),
        keyspace(text(section, "keyspace")),
        positive(section, "replicationFactor"),
        user,
        password,
        consistency(text(section, "consistency")),
        timeout(section),
        section.getBoolean("tls", false),
        trustStore(section.getString("tlsTrustStore")),
        section.getString("tlsTrustStorePassword"),
        section.getBoolean("tlsHostnameCheck", true));
  }

  private static List<InetSocketAddress> contactPoints(String commaSeparated) {
    return Arrays.stream(commaSeparated.split(","))
        .map(String::strip)
        .map(
            part -> {
              int colon = part.lastIndexOf(':');
              try {
                int port = Integer.parseInt(part.substring(colon + 1));
                if (colon < 1 || port < 1) {
                  throw new IllegalArgumentException("host or port is missing");
                }
                return InetSocketAddress.createUnresolved(part.substring(0, colon), port);
              } catch (IllegalArgumentException e) {
                throw bad("contactPoints", "is not of the form host:port,host:port: " + part);
              }
            })
        .toList();
  }

  private static String keyspace(String name) {
    if (!name.matches("[a-z][a-z0-9_]{0,47}")) {
      throw bad(
          "keyspace", "consists of up to 48 of a-z, 0-9 and _, a letter first, unlike: " + name);
    }
    return name;
  }

  private static ConsistencyLevel consistency(String name) {
    return CONSISTENCIES.stream()
        .filter(level -> level.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> bad("consistency", "is none of " + CONSISTENCIES + ": " + name));
  }

  private static @Nullable String trustStore(@Nullable String file) {
    if (file != null && !new File(file).canRead()) {
      throw bad("tlsTrustStore", "cannot be read: " + file);
    }
    return file;
  }

  private static String text(JsonObject section, String key) {
    String value = section.getString(key);
    if (value == null || value.isBlank()) {
      throw bad(key, "is missing");
    }
    return value;
  }

  private static int positive(JsonObject section, String key) {
    Integer value = section.getInteger(key);
    if (value == null || value < 1) {
      throw bad(key, "must be at least 1, not " + value);
    }
    return value;
  }

  private static int timeout(JsonObject section) {
    int millis = positive(section, "timeoutMillis");
    if (millis > TIMEOUT_MILLIS_MAX) {
      throw bad("timeoutMillis", "must be at most " + TIMEOUT_MILLIS_MAX + ", not " + millis);
    }
    return millis;
  }

  private static IllegalArgumentException bad(String key, String problem) {
    return new IllegalArgumentException("cassandra." + key + " " + problem);
  }

  @Override
  public String toString() {
    return contactPoints.stream()
        .map(point -> point.getHostString() + ":" + point.getPort())
        .collect(Collectors.joining(",", "cassandra ", "/" + keyspace));
  }
}
