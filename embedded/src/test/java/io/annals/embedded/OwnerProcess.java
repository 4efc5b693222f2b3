package io.annals.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Another JVM that starts a server, as Annals would: to be killed, or to be in the way. */
final class OwnerProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  /** Owns a server of one of the classes that are called Embedded. */
  OwnerProcess(Class<?> server, Path directory) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-D"
                    + CassandraLibraries.PROPERTY
                    + "="
                    + System.getProperty(CassandraLibraries.PROPERTY),
                OwnerProcess.class.getName(),
                server.getSimpleName(),
                directory.toString())
            .redirectError(Redirect.INHERIT)
            .start();
    output = process.inputReader(UTF_8);
  }

  /** The server's address, or the message of the exception that came instead. */
  String answer() throws IOException {
    return output.readLine();
  }

  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]);
    if (args[0].equals("EmbeddedCassandra")) {
      own(() -> EmbeddedCassandra.start(directory), EmbeddedCassandra::contactPoint);
    } else {
      own(() -> EmbeddedPostgres.start(directory), EmbeddedPostgres::uri);
    }
  }

  private static <S extends Closeable> void own(Callable<S> start, Function<S, String> address)
      throws Exception {
    try {
      S server = start.call();
      System.out.println(address.apply(server));
      // Until killed, or the test's end closes our input.
      System.in.read();
      server.close();
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }
}
