package io.annals.faults;

import io.annals.e2e.Secrets;
import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code annals serve} in a JVM of its own, which can be small, and can be looked at. */
public final class ServerProcess implements Closeable {
  private static final Pattern READY =
      Pattern.compile("API +(https?://\\S+)[^{]*Health +(https?://[^/]+)");
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  private final Process process;
  private final Path log;
  private final String url;
  private final String managementUrl;

  /** Starts it and waits until it serves; its output goes to a file. */
  public ServerProcess(int heapMib, Map<String, String> settings, Path log) throws Exception {
    this.log = log;
    process = launch(heapMib, settings, log);
    Matcher ready = READY.matcher(log());
    long deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!ready.find()) {
      if (!process.isAlive() || System.nanoTime() > deadlineNanos) {
        close();
        throw new IllegalStateException("the server does not start: " + log());
      }
      Thread.sleep(50);
      ready = READY.matcher(log());
    }
    url = ready.group(1);
    managementUrl = ready.group(2);
  }

  /** Starts one and does not wait until it serves. */
  static Process launch(int heapMib, Map<String, String> settings, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heapMib + "m",
            "-cp",
            System.getProperty("java.class.path"),
            "io.annals.cli.Main",
            "serve");
    builder.environment().putAll(settings);
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  /** The address of the API. */
  public String url() {
    return url;
  }

  /** The address of health. */
  public String managementUrl() {
    return managementUrl;
  }

  /** Asks it to end, as systemd and Kubernetes do; does not wait. */
  void terminate() {
    process.destroy();
  }

  /** Kills it; returns when it is gone. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Asks it to end by SIGTERM, and says how long it took; fails if it takes much too long. */
  public Duration stop() throws Exception {
    long startNanos = System.nanoTime();
    process.destroy();
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("the server does not end: " + log());
    }
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** The objects that it has written, a line each. */
  public List<JsonObject> jsonLog() throws IOException {
    return log().lines().filter(line -> line.startsWith("{")).map(JsonObject::new).toList();
  }

  /** Whether it has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** All that it has written by now. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  /** The most memory that it has had at once. */
  long peakResidentMib() throws IOException {
    Matcher peak = PEAK.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
    return peak.find() ? Long.parseLong(peak.group(1)) / 1024 : Long.MAX_VALUE;
  }

  /** Sends processes a signal: {@code STOP}, {@code CONT}, {@code KILL}. */
  public static void signal(String name, List<ProcessHandle> processes) throws Exception {
    for (ProcessHandle each : processes) {
      String[] kill = {"kill", "-" + name, Long.toString(each.pid())};
      int exit = new ProcessBuilder(kill).start().waitFor();
      if (exit != 0 && each.isAlive()) {
        throw new IllegalStateException("process " + each.pid() + " gets no signal");
      }
    }
  }

  @Override
  public void close() {
    kill();
    try {
      Secrets.OF_SUITE.said("output of a server", log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
