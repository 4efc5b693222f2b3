package io.annals.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;

/**
 * Reads where the servers come from. What goes wrong here is an {@link AssertionError}: it is
 * thrown while test classes are initialised, where an exception would be wrapped and an error is
 * not.
 */
final class ServerChoice {
  private static final String SERVERS = "annals.it.servers";

  private ServerChoice() {}

  /** The value of {@code annals.it.<name>}. */
  static @Nullable String property(String name) {
    return System.getProperty("annals.it." + name);
  }

  /** Whether a server whose address is not given runs in a container; it is embedded otherwise. */
  static boolean inContainers() {
    return inContainers(
        System.getProperty(SERVERS, "embedded"),
        () -> DockerClientFactory.instance().isDockerAvailable());
  }

  static boolean inContainers(String servers, BooleanSupplier engineIsThere) {
    if (servers.equals("embedded")) {
      return false;
    }
    if (!servers.equals("testcontainers")) {
      throw new AssertionError(
          "-D" + SERVERS + " is embedded or testcontainers, not \"" + servers + "\"");
    }
    if (!engineIsThere.getAsBoolean()) {
      throw new AssertionError(
          "-D" + SERVERS + "=testcontainers: no Docker engine was found on this machine");
    }
    return true;
  }

  /** Starts the server of a directory. */
  interface Start<S> {
    S start(Path directory) throws IOException;
  }

  /** Ends a server. */
  interface End<S> {
    void end(S server) throws IOException;
  }

  /** Starts a server with its data in {@code target/<name>}; it is ended when the JVM ends. */
  static <S> S embedded(String name, Start<S> start, End<S> end) {
    try {
      S server = start.start(Path.of("target", name).toAbsolutePath());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(end, server)));
      return server;
    } catch (IOException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static <S> void end(End<S> end, S server) {
    try {
      end.end(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
