package io.annals.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.config.Config;
import io.annals.config.ConfigException;
import io.annals.store.cassandra.CassandraSection;
import io.annals.store.postgres.PostgresSection;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Configuration: a file, and below a line {@code %%} variables, {@code NAME=value} on a line each.
 * It is taken, or refused in one line.
 */
final class ConfigTarget implements Target {
  private static final String VARIABLES_FOLLOW = "\n%%\n";

  private final Path file;

  ConfigTarget() throws IOException {
    file = Files.createTempFile("annals-fuzz", ".yaml");
    file.toFile().deleteOnExit();
  }

  @Override
  public void check(byte[] input) throws IOException {
    String text = new String(input, UTF_8);
    int end = text.indexOf(VARIABLES_FOLLOW);
    Map<String, String> variables = new HashMap<>();
    if (end >= 0) {
      text.substring(end)
          .lines()
          .filter(line -> line.indexOf('=') > 0)
          .map(line -> line.split("=", 2))
          .forEach(variable -> variables.put(variable[0], variable[1]));
      Files.writeString(file, text.substring(0, end));
    } else {
      Files.write(file, input);
    }
    try {
      Config config = Config.load(file, variables);
      check("postgres", config, PostgresSection::read);
      check("cassandra", config, CassandraSection::read);
    } catch (ConfigException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContainPattern("\\R");
    }
  }

  /** A store reads its own section, and names it where it refuses. */
  private static void check(String store, Config config, Function<JsonObject, String> reader) {
    JsonObject section = requireNonNull(config.stores().get(store));
    try {
      assertThat(reader.apply(section)).startsWith(store);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith(store + ".");
    }
  }
}
