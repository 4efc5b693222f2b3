package io.annals.store.postgres;

import io.vertx.core.json.JsonObject;

/** The section of the configuration that PostgreSQL reads, for who may not see how. */
public final class PostgresSection {
  private PostgresSection() {}

  /**
   * Reads it.
   *
   * @return what is said of it in logs
   * @throws IllegalArgumentException if something in it cannot be used, naming it
   */
  public static String read(JsonObject section) {
    return PostgresSettings.of(section).toString();
  }
}
