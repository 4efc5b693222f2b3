package io.annals.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tree of settings. The shipped defaults are the list of what can be set: a key that does not
 * stand there is refused, and a value must have the type of its default (text where that is null).
 * A list can also be written as text, its items separated by commas.
 */
final class Settings {
  /** Variables that start like settings but are none. */
  private static final Set<String> OTHER_VARIABLES = Set.of("ANNALS_CONFIG", "ANNALS_TOKEN");

  /** A key that stands twice is refused: one of its values would be lost in silence. */
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final ObjectNode tree;

  Settings(Iterable<String> defaults) {
    tree = JsonNodeFactory.instance.objectNode();
    for (String yaml : defaults) {
      try {
        tree.setAll((ObjectNode) YAML.readTree(yaml));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a shipped default is not YAML", e);
      }
    }
  }

  ObjectNode tree() {
    return tree;
  }

  /** Takes over what a file sets. */
  void merge(Path file) {
    JsonNode read;
    try {
      read = YAML.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new ConfigException(file + " is not YAML: " + firstLine(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new ConfigException("the configuration " + file + " cannot be read");
    }
    if (read.isObject()) {
      merge(file + ": ", "", tree, (ObjectNode) read);
    } else if (!read.isMissingNode() && !read.isNull()) {
      throw new ConfigException(file + " does not hold settings");
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static void merge(String source, String prefix, ObjectNode into, ObjectNode from) {
    for (Map.Entry<String, JsonNode> entry : from.properties()) {
      String key = entry.getKey();
      JsonNode known = into.get(key);
      if (known == null) {
        TreeSet<String> keys = new TreeSet<>();
        into.fieldNames().forEachRemaining(keys::add);
        throw new ConfigException(
            "%sunknown setting %s%s; there are: %s"
                .formatted(source, prefix, key, String.join(", ", keys)));
      }
      JsonNode value = entry.getValue();
      if (known.isObject() != value.isObject()) {
        throw new ConfigException(
            source + prefix + key + (known.isObject() ? " is a section" : " is a single value"));
      }
      if (value instanceof ObjectNode section) {
        merge(source, prefix + key + ".", (ObjectNode) known, section);
      } else {
        String name = source + prefix + key;
        if (value.isArray() && !known.isArray()) {
          throw new ConfigException(name + " is a single value");
        }
        into.set(key, typed(name, known, value.isNull() ? null : text(name, value)));
      }
    }
  }

  /** A list as the text that it could have been written as. */
  private static String text(String name, JsonNode value) {
    List<String> items = new ArrayList<>();
    for (JsonNode item : value.isArray() ? value : List.of(value)) {
      if (item.isContainerNode() || item.isNull()) {
        throw new ConfigException(name + " must be a list of single values");
      }
      items.add(item.asText());
    }
    return String.join(",", items);
  }

  /** Takes over what the environment sets: {@code a.bC} is {@code ANNALS_A_B_C}. */
  void merge(Map<String, String> environment) {
    Map<String, Runnable> known = new TreeMap<>();
    variables("ANNALS", tree, environment, known);
    for (String name : new TreeSet<>(environment.keySet())) {
      if (known.containsKey(name)) {
        known.get(name).run();
      } else if (name.startsWith("ANNALS_") && !OTHER_VARIABLES.contains(name)) {
        throw new ConfigException(
            "unknown setting " + name + "; there are: " + String.join(", ", known.keySet()));
      }
    }
  }

  private static void variables(
      String prefix,
      ObjectNode section,
      Map<String, String> environment,
      Map<String, Runnable> known) {
    for (Map.Entry<String, JsonNode> entry : section.properties()) {
      String key = entry.getKey();
      String words = key.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
      String name = prefix + "_" + words;
      if (entry.getValue() instanceof ObjectNode inner) {
        variables(name, inner, environment, known);
      } else {
        known.put(
            name, () -> section.set(key, typed(name, section.get(key), environment.get(name))));
      }
    }
  }

  private static JsonNode typed(String name, JsonNode known, @Nullable String text) {
    if (text == null && !known.isNull()) {
      throw new ConfigException(name + " is missing");
    }
    if (text == null) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (known.isArray()) {
      ArrayNode items = JsonNodeFactory.instance.arrayNode();
      Stream.of(text.split(",", -1))
          .map(String::strip)
          .filter(i -> !i.isEmpty())
          .forEach(items::add);
      return items;
    }
    if (known.isInt()) {
      try {
        return JsonNodeFactory.instance.numberNode(Integer.parseInt(text.strip()));
      } catch (NumberFormatException e) {
        throw new ConfigException(name + " must be a whole number, not \"" + text + "\"");
      }
    }
    if (known.isBoolean()) {
      String word = text.strip();
      if (!word.equals("true") && !word.equals("false")) {
        throw new ConfigException(name + " must be true or false, not \"" + text + "\"");
      }
      return JsonNodeFactory.instance.booleanNode(word.equals("true"));
    }
    return JsonNodeFactory.instance.textNode(text);
  }
}
