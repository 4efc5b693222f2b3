package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What ops look at: nothing there may ask for what a server does not tell. */
class DashboardIT {
  private static final Path ROOT = Path.of("..");
  private static final Path DASHBOARD = ROOT.resolve("ops/grafana/annals.json");
  private static final Path ALERTS = ROOT.resolve("ops/prometheus/alerts.yaml");
  private static final Path MANUAL = ROOT.resolve("docs/operations.md");

  /** Prometheus's own, of each scrape. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up");

  /** What Prometheus adds to every series: where it found it. */
  private static final Set<String> LABELS_OF_PROMETHEUS = Set.of("job", "instance");

  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

  /** Text, what stands in brackets and braces, and lists of labels hold no name of a metric. */
  private static final Pattern NO_METRIC =
      Pattern.compile(
          "\"[^\"]*\"|\\[[^]]*]|\\{[^}]*}|\\b(?:by|without|on|ignoring|group_left|group_right)"
              + " *\\([^)]*\\)");

  private static final Pattern METRIC = Pattern.compile("\\b[a-zA-Z_]\\w*\\b(?! *\\()");

  private static final Pattern SELECTOR = Pattern.compile("(\\w+)\\{([^}]*)}");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)(=|!=|=~|!~)\"([^\"]*)\"");

  private static JsonNode read(Path file) {
    try {
      return file.toString().endsWith(".json")
          ? new JsonMapper().readTree(file.toFile())
          : new YAMLMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> expressions(JsonNode node) {
    List<String> found = new ArrayList<>();
    node.findValues("expr").forEach(expression -> found.add(expression.asText()));
    return found;
  }

  private static List<JsonNode> rules() {
    List<JsonNode> rules = new ArrayList<>();
    read(ALERTS).get("groups").forEach(group -> group.get("rules").forEach(rules::add));
    return rules;
  }

  private static Set<String> metrics(String expression) {
    Set<String> names = new TreeSet<>();
    Matcher metric = METRIC.matcher(NO_METRIC.matcher(expression).replaceAll(" "));
    while (metric.find()) {
      if (!WORDS.contains(metric.group())) {
        names.add(metric.group());
      }
    }
    return names;
  }

  private static void assertIsTold(List<String> expressions) {
    MeasuredServer.MINTED.getString("id"); // after traffic
    Scrape scrape = Scrape.of(MeasuredServer.SERVER);
    for (String expression : expressions) {
      Set<String> missing = metrics(expression);
      assertThat(missing).as(expression).isNotEmpty();
      missing.removeAll(OF_PROMETHEUS);
      missing.removeAll(scrape.names());
      assertThat(missing).as("not told by a server, in %s", expression).isEmpty();
      Matcher selector = SELECTOR.matcher(expression);
      while (selector.find()) {
        assertMatches(scrape, selector.group(1), selector.group(2));
      }
    }
  }

  /** Some time series has each label, with the value if one is named. */
  private static void assertMatches(Scrape scrape, String name, String matchers) {
    Matcher matcher = MATCHER.matcher(matchers);
    while (!OF_PROMETHEUS.contains(name) && matcher.find()) {
      String label = matcher.group(1);
      String value = matcher.group(3);
      boolean isNamed = matcher.group(2).equals("=");
      assertThat(scrape.ofAll(name))
          .as("%s{%s}", name, matchers)
          .anyMatch(
              series ->
                  LABELS_OF_PROMETHEUS.contains(label)
                      || (series.labels().containsKey(label)
                          && (!isNamed || series.labels().get(label).equals(value))));
    }
  }

  @Test
  void namesOfMetrics_areFoundInExpressions() {
    assertThat(metrics("sum by (le, a) (rate(b_bucket{c=~\"d|e\"}[5m])) / f > 0.8 and g"))
        .containsExactly("b_bucket", "f", "g");
    assertThat(metrics("time() - h_seconds > 600")).containsExactly("h_seconds");
  }

  @Test
  void dashboard_asksForWhatAServerTells() {
    List<String> expressions = expressions(read(DASHBOARD));
    assertThat(expressions).hasSizeGreaterThan(40);
    assertIsTold(expressions);
  }

  @Test
  void panels_saySomethingOfThemselves_andStandApart() {
    Set<String> places = new TreeSet<>();
    for (JsonNode panel : read(DASHBOARD).get("panels")) {
      JsonNode place = panel.get("gridPos");
      assertThat(places.add(place.get("y").asInt() + "/" + place.get("x").asInt()))
          .as(panel.get("title").asText())
          .isTrue();
      assertThat(place.get("x").asInt() + place.get("w").asInt()).isLessThanOrEqualTo(24);
      if (!panel.get("type").asText().equals("row")) {
        assertThat(panel.get("description").asText()).isNotBlank();
        assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotBlank();
      }
    }
  }

  @Test
  void alerts_askForWhatAServerTells() {
    assertIsTold(rules().stream().map(rule -> rule.get("expr").asText()).toList());
  }

  @Test
  void alerts_sayWhatIsWrong_andWhatToDo() throws IOException {
    assertThat(rules()).hasSizeGreaterThan(10);
    for (JsonNode rule : rules()) {
      String name = rule.get("alert").asText();
      for (String text : List.of("summary", "description", "action")) {
        assertThat(rule.get("annotations").path(text).asText()).as(name + " " + text).isNotBlank();
      }
      assertThat(rule.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
      assertThat(rule.at("/annotations/runbook_url").asText())
          .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
      if (Files.exists(MANUAL)) {
        assertThat(Files.readString(MANUAL)).containsPattern("(?m)^#+ " + name + "$");
      }
    }
  }
}
