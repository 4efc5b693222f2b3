package io.annals.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.config.Config;
import io.annals.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

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
      assertThat(Config.load(file, variables).stores()).isNotEmpty();
    } catch (ConfigException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContainPattern("\\R");
    }
  }
}
