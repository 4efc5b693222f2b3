package io.annals.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.annals.store.StoreProvider.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is set by the files that Annals is shipped with are settings, and values that they take. */
final class ShippedFilesTest {
  private static final Path PROJECT = Path.of("..");
  private static final Pattern VARIABLE = Pattern.compile("(ANNALS_[A-Z_]+)=([^\\s\"\\\\]*)");

  @Test
  void image_setsWhatThereIs() throws IOException {
    Map<String, String> environment = assignments("Dockerfile", "ENV (?s:.*?)[^\\\\]\n");
    assertThat(environment).isNotEmpty();
    Config config = Config.load(null, environment);
    assertThat(config.http().host()).isEqualTo("0.0.0.0");
    assertThat(text("Dockerfile"))
        .contains("VOLUME " + config.dataDir() + "\n")
        .contains("EXPOSE " + config.http().port() + "\n");
    assertThat(text("ops/docker/healthy"))
        .contains("${ANNALS_MANAGEMENT_PORT:-" + config.managementPort() + "}");
  }

  @Test
  void compose_setsWhatThereIs_andPublishesTheApiOnly() throws IOException {
    JsonNode annals = new YAMLMapper().readTree(text("compose.yaml")).at("/services/annals");
    Map<String, String> environment = new TreeMap<>();
    annals.get("environment").properties().forEach(e -> environment.put(e.getKey(), text(e)));
    Config config = Config.load(null, environment);
    assertThat(config.storage())
        .isEqualTo(Map.of(Role.AUDIT, "postgres", Role.ACTIVITY, "cassandra"));
    assertThat(annals.get("ports")).singleElement().asString().contains(":8080:8080");
  }

  private static String text(Map.Entry<String, JsonNode> entry) {
    return entry.getValue().asText();
  }

  @Test
  void systemdUnit_setsWhatThereIs() throws IOException {
    Map<String, String> environment = assignments("ops/systemd/annals.service", "Environment=.*\n");
    assertThat(environment).containsKey("ANNALS_DATA_DIR");
    Config.load(null, environment);
  }

  @Test
  void environmentOfTheUnit_offersWhatThereIs() throws IOException {
    Map<String, String> environment = assignments("ops/systemd/annals.env", "#ANNALS_.*\n");
    assertThat(environment).containsKeys("ANNALS_POSTGRES_URI", "ANNALS_STORAGE_ACTIVITY");
    Config.load(null, environment);
  }

  /** The variables of Annals that are given a value in these parts of a file. */
  private static Map<String, String> assignments(String file, String parts) throws IOException {
    Map<String, String> assignments = new TreeMap<>();
    Matcher part = Pattern.compile("^" + parts, Pattern.MULTILINE).matcher(text(file));
    while (part.find()) {
      Matcher variable = VARIABLE.matcher(part.group());
      while (variable.find()) {
        assignments.put(variable.group(1), variable.group(2));
      }
    }
    return assignments;
  }

  private static String text(String file) throws IOException {
    return Files.readString(PROJECT.resolve(file));
  }
}
