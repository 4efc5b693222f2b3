package io.annals.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.contract.ApiDocument;
import io.annals.contract.InvalidValueException;
import io.annals.contract.ParameterSchema;
import io.annals.http.QueryString;
import io.annals.http.Violation;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Query strings, and their values as those of every parameter that the contracts know. What is
 * decoded is what the JDK decodes, and can be encoded again.
 */
final class QueryTarget implements Target {
  private final List<ParameterSchema> parameters =
      Stream.of("tenant", "events", "log")
          .flatMap(name -> ApiDocument.load(name).operations().stream())
          .flatMap(operation -> operation.parameters().stream().map(operation::compile))
          .toList();

  @Override
  public void check(byte[] input) {
    String query = new String(input, ISO_8859_1);
    List<Violation> violations = new ArrayList<>();
    Map<String, List<String>> values = QueryString.parse(query, violations);
    if (violations.isEmpty()) {
      assertThat(values.values().stream().flatMap(List::stream).sorted()).isEqualTo(decoded(query));
    }
    for (List<String> several : values.values()) {
      for (String value : several) {
        assertThat(QueryString.decode(URLEncoder.encode(value, UTF_8))).isEqualTo(value);
        parameters.forEach(parameter -> check(parameter, value));
      }
    }
  }

  private static void check(ParameterSchema parameter, String value) {
    try {
      assertThat(parameter.value(value)).isNotNull();
    } catch (InvalidValueException e) {
      assertThat(e.fault().message()).isNotBlank();
    }
  }

  private static List<String> decoded(String query) {
    return Stream.of(query.split("&", -1))
        .filter(part -> !part.isEmpty())
        .map(part -> part.indexOf('=') < 0 ? "" : part.substring(part.indexOf('=') + 1))
        .map(value -> URLDecoder.decode(value, UTF_8))
        .sorted()
        .toList();
  }
}
