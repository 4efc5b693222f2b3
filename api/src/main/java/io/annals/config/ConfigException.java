package io.annals.config;

/** A configuration that cannot be used; the message is one line for the operator. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A refusal with this message, in which a value that it quotes may have broken the line. */
  public ConfigException(String message) {
    super(message.replaceAll("[\\p{Cntrl}\u0085\u2028\u2029]+", " "));
  }
}
