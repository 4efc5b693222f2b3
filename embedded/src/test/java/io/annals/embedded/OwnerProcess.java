package io.annals.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;

/** Another JVM that starts a server, as Annals would: to be killed, or to be in the way. */
final class OwnerProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  OwnerProcess(Path directory) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OwnerProcess.class.getName(),
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
    try {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(args[0]));
      List.of(postgres.uri()).forEach(System.out::println);
      // Until killed, or the test's end closes our input.
      System.in.read();
      postgres.close();
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }
}
