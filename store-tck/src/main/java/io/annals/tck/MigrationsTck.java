package io.annals.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.store.StoreProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Migrations that databases have been through stay as they are. A store runs it by a subclass,
 * beside which {@code released.sha256} holds what {@code sha256sum} says of them: a release adds
 * the lines of its own.
 */
public abstract class MigrationsTck {
  private final Class<? extends StoreProvider> provider;
  private final String directory;

  /** Of the store that has its migrations in this directory beside its provider. */
  protected MigrationsTck(Class<? extends StoreProvider> provider, String directory) {
    this.provider = provider;
    this.directory = directory;
  }

  private record Released(String sha256, String name) {}

  @Test
  void migrations_onceReleased_neverChange() throws IOException {
    for (Released released : released()) {
      byte[] now = read(provider, directory + "/" + released.name());
      assertThat(HexFormat.of().formatHex(sha256().digest(now)))
          .as(released.name() + " was released: what is to change belongs into a new migration")
          .isEqualTo(released.sha256());
    }
  }

  @Test
  void versions_areReleasedInOrder() throws IOException {
    List<Released> released = released();
    assertThat(released).isNotEmpty();
    for (int i = 0; i < released.size(); i++) {
      assertThat(released.get(i).name()).startsWith("V" + (i + 1) + "__");
    }
  }

  private List<Released> released() throws IOException {
    return new String(read(getClass(), "released.sha256"), StandardCharsets.UTF_8)
        .lines()
        .map(line -> new Released(line.substring(0, 64), line.substring(64).strip()))
        .toList();
  }

  private static byte[] read(Class<?> owner, String name) throws IOException {
    try (InputStream file = owner.getResourceAsStream(name)) {
      assertThat(file).as(name).isNotNull();
      return file.readAllBytes();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
