package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.contract.ApiDocument;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference: public, whole, and without anything from elsewhere. */
class DocsIT {
  private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^\"]*)\"|url: '([^']*)'");

  private static Answer get(String path) {
    try (Wire wire = new Wire(ApiFixture.server().url())) {
      return Objects.requireNonNull(wire.send(Call.of("GET", path).bytes()).read("GET"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tenant", "events", "log"})
  void documents_areServedAsPublished(String name) {
    Answer answer = get("/openapi/" + name + ".yaml");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).isEqualTo("application/yaml");
    assertThat(answer.body().getBytes()).isEqualTo(ApiDocument.load(name).source());
  }

  @Test
  void root_leadsToTheReference() {
    Answer answer = get("/");
    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.header("location")).isEqualTo("/docs");
  }

  @Test
  void reference_loadsEverythingFromThisServer() {
    String page = get("/docs").text();
    String script = get("/docs/init.js").text();
    for (String ours : List.of(page, script)) {
      assertThat(ours).doesNotContain("http:", "https:", "src=\"//", "href=\"//");
    }
    Matcher link = LINK.matcher(page + script);
    int links = 0;
    for (; link.find(); links++) {
      String path = link.group(1) == null ? link.group(2) : link.group(1);
      Answer answer = get(path);
      assertThat(answer.status()).as(path).isEqualTo(200);
      assertThat(answer.body().length()).as(path).isPositive();
    }
    assertThat(links).isGreaterThanOrEqualTo(9);
    assertThat(get("/docs").header("content-security-policy")).startsWith("default-src 'self'");
  }

  @Test
  void filesBesideTheReference_areNotServed() {
    for (String path :
        List.of(
            "/docs/ui/../../../../logback.xml",
            "/docs/ui/%2e%2e/%2e%2e/logback.xml",
            "/docs/ui/..%2f..%2f..%2f..%2flogback.xml",
            "/docs/ui/nothing.js",
            "/openapi/x.yaml",
            "/docs/ui/....//logback.xml",
            "/annals.yaml")) {
      assertThat(get(path).status()).as(path).isIn(400, 401, 404);
    }
  }
}
