package io.annals.bench;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An Annals in a process of its own. */
final class Server implements AutoCloseable {
  private static final int READY_SECONDS_MAX = 60;
  private static final String SCOPES =
      "audit:read audit:write activity:read activity:write keys:write";

  private final Path directory;
  private final Program program;
  private final Process process;
  private final int port = freePort();
  private final int healthPort = freePort();

  /**
   * What is run.
   *
   * @param jvmOptions options of the server's JVM
   */
  record Program(String jar, List<String> jvmOptions) {
    Program with(List<String> otherOptions) {
      return new Program(jar, otherOptions);
    }
  }

  /**
   * Starts it.
   *
   * @param directory for its keys and its log
   * @param settings further settings, by the names of their variables
   */
  Server(Path directory, Program program, Map<String, String> settings)
      throws IOException, InterruptedException {
    this.directory = directory;
    this.program = program;
    Map<String, String> all = new HashMap<>(settings);
    all.put("ANNALS_DATA_DIR", directory.toString());
    all.put("ANNALS_HTTP_PORT", Integer.toString(port));
    all.put("ANNALS_MANAGEMENT_PORT", Integer.toString(healthPort));
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(program.jvmOptions());
    command.addAll(List.of("-jar", program.jar(), "serve"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(all);
    File log = directory.resolve("server.log").toFile();
    process = builder.redirectErrorStream(true).redirectOutput(log).start();
    awaitReady();
  }

  /** Waits until it and its stores are there. */
  void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
    while (System.nanoTime() < end && process.isAlive()) {
      if (isReady()) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    close();
    throw new IOException(
        "Annals did not start:\n" + Files.readString(directory.resolve("server.log")));
  }

  private boolean isReady() {
    try {
      URI uri = URI.create("http://127.0.0.1:" + healthPort + "/health/ready");
      return ((HttpURLConnection) uri.toURL().openConnection()).getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  /** The header of requests for this tenant. */
  String authorization(String tenant) throws IOException {
    List<String> command = new ArrayList<>(List.of(java(), "-jar", program.jar(), "token"));
    command.addAll(List.of("--data-dir", directory.toString(), "--tenant", tenant));
    command.addAll(List.of("--scope", SCOPES, "--ttl", "1d"));
    Process token =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    byte[] printed = token.getInputStream().readAllBytes();
    return "Authorization: Bearer "
        + new String(printed, StandardCharsets.US_ASCII).strip()
        + "\r\n";
  }

  /** What the server reaches of its heap, in MiB: what is counted collects the rest first. */
  double heapMibAfterCollection() throws IOException {
    String pid = Long.toString(process.pid());
    String[] lines = jdk("jcmd", pid, "GC.class_histogram").strip().split("\\R", -1);
    String[] total = lines[lines.length - 1].strip().split("\\s+", -1);
    return Double.parseDouble(total[2]) / (1 << 20);
  }

  /** What the server takes of the machine's memory, in MiB. */
  double residentMib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IOException("the system does not tell");
  }

  private static String jdk(String tool, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()));
    command.addAll(List.of(arguments));
    Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(run.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    process.destroy();
    process
        .onExit()
        .orTimeout(30, TimeUnit.SECONDS)
        .exceptionally(e -> process.destroyForcibly())
        .join();
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
