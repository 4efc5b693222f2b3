package io.annals.contract;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What is wrong with one place of a body.
 *
 * @param path member names ({@link String}) and array indexes ({@link Integer}) from the root
 */
public record BodyFault(List<Object> path, Fault fault) {

  /** The place as a JSON Pointer (RFC 6901); empty for the whole body. */
  public String pointer() {
    return path.stream()
        .map(step -> "/" + step.toString().replace("~", "~0").replace("/", "~1"))
        .collect(Collectors.joining());
  }
}
