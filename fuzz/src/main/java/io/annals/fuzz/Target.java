package io.annals.fuzz;

/** Something that parses, and what must hold of it whatever it is given. */
@FunctionalInterface
public interface Target {
  /**
   * Has the input parsed, and checks what comes of it. The parser's documented refusal is an
   * outcome like any other; whatever else is thrown is a finding.
   */
  void check(byte[] input) throws Exception;
}
