package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.server.AnnalsServer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a server says of itself at {@code /metrics}.
 *
 * @param samples the value of each time series
 */
record Scrape(Map<Series, Double> samples) {
  private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

  /** A name with its labels. */
  record Series(String name, Map<String, String> labels) {}

  static Scrape of(AnnalsServer server) {
    Answer answer;
    try (Wire wire = new Wire(server.managementUrl())) {
      answer = Objects.requireNonNull(wire.send(Call.of("GET", "/metrics").bytes()).read("GET"));
    }
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).startsWith("text/plain; version=0.0.4");
    Map<Series, Double> samples = new HashMap<>();
    answer
        .text()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              Matcher sample = SAMPLE.matcher(line);
              assertThat(sample.matches()).as(line).isTrue();
              String labels = Objects.requireNonNullElse(sample.group(2), "");
              Series series = new Series(sample.group(1), labels(labels));
              assertThat(samples.put(series, Double.parseDouble(sample.group(3))))
                  .as("twice: %s", line)
                  .isNull();
            });
    return new Scrape(samples);
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new LinkedHashMap<>();
    Matcher label = LABEL.matcher(text);
    while (label.lookingAt()) {
      labels.put(label.group(1), label.group(2));
      label.region(label.end(), text.length());
    }
    assertThat(label.hitEnd() || text.isEmpty()).as(text).isTrue();
    return labels;
  }

  Set<String> names() {
    return samples.keySet().stream().map(Series::name).collect(Collectors.toSet());
  }

  /** The time series of this name. */
  Set<Series> ofAll(String name) {
    return samples.keySet().stream()
        .filter(series -> series.name().equals(name))
        .collect(Collectors.toSet());
  }

  /** The time series of our own; those of the JVM come as it goes. */
  Set<Series> ofOurs() {
    return samples.keySet().stream()
        .filter(series -> series.name().startsWith("annals_"))
        .collect(Collectors.toSet());
  }

  /** The sum of the time series of this name that have these labels, each as {@code name=value}. */
  double sum(String name, String... labels) {
    Set<Map.Entry<String, String>> wanted =
        Set.of(labels).stream()
            .map(label -> label.split("=", 2))
            .map(label -> Map.entry(label[0], label[1]))
            .collect(Collectors.toSet());
    double[] found =
        samples.entrySet().stream()
            .filter(sample -> sample.getKey().name().equals(name))
            .filter(sample -> sample.getKey().labels().entrySet().containsAll(wanted))
            .mapToDouble(Map.Entry::getValue)
            .toArray();
    assertThat(found).as("%s %s", name, wanted).isNotEmpty();
    return Arrays.stream(found).sum();
  }
}
