package io.annals.store.cassandra;

import io.vertx.core.json.JsonObject;

/** The section of the configuration that Cassandra reads, for who may not see how. */
public final class CassandraSection {
  private CassandraSection() {}

  /**
   * Reads it.
   *
   * @return what is said of it in logs
   * @throws IllegalArgumentException if something in it cannot be used, naming it
   */
  public static String read(JsonObject section) {
    return CassandraSettings.of(section).toString();
  }
}
