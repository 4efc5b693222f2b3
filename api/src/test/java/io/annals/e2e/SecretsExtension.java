package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails the suite if a server said a secret of any of its tests. It is found by ServiceLoader, as
 * it is about all classes.
 */
public final class SecretsExtension implements BeforeAllCallback {
  /** Looks when all classes have ended: what the root keeps is closed then. */
  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(Namespace.create(SecretsExtension.class))
        .computeIfAbsent(Secrets.class, key -> (AutoCloseable) SecretsExtension::check);
  }

  private static void check() {
    assertThat(Secrets.OF_SUITE.told()).as("what was said of secrets").isEmpty();
  }
}
