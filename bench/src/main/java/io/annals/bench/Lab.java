package io.annals.bench;

import io.annals.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One PostgreSQL, durable as in production, and one Annals in front of it. */
final class Lab implements AutoCloseable {
  private static final int READY_SECONDS_MAX = 60;

  private final Path directory;
  private final String jar;
  private final EmbeddedPostgres postgres;
  private final Process server;
  private final int port;

  /** Starts both with their data in this directory. */
  Lab(Path directory, String jar, List<String> jvmOptions)
      throws IOException, InterruptedException {
    this.directory = directory;
    this.jar = jar;
    postgres = startPostgres(directory.resolve("postgres"));
    port = freePort();
    int health = freePort();
    server = startServer(jvmOptions, health);
    awaitReady(health);
  }

  /** With room for the connections of the bare driver. */
  private static EmbeddedPostgres startPostgres(Path home) throws IOException {
    EmbeddedPostgres.start(home).close();
    Files.writeString(
        home.resolve("pgdata/postgresql.conf"),
        "\nmax_connections = 120\n",
        StandardOpenOption.APPEND);
    return EmbeddedPostgres.start(home);
  }

  private Process startServer(List<String> jvmOptions, int healthPort) throws IOException {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", jar, "serve"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                "ANNALS_DATA_DIR", directory.toString(),
                "ANNALS_HTTP_PORT", Integer.toString(port),
                "ANNALS_MANAGEMENT_PORT", Integer.toString(healthPort),
                "ANNALS_POSTGRES_URI", postgres.uri(),
                "ANNALS_POSTGRES_USER", postgres.user(),
                "ANNALS_POSTGRES_PASSWORD", postgres.password()));
    File log = directory.resolve("server.log").toFile();
    return builder.redirectErrorStream(true).redirectOutput(log).start();
  }

  private void awaitReady(int healthPort) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
    while (System.nanoTime() < end && server.isAlive()) {
      if (isReady(healthPort)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new IOException("Annals did not start:\n" + serverLog());
  }

  private static boolean isReady(int healthPort) {
    try {
      URI uri = URI.create("http://127.0.0.1:" + healthPort + "/health/ready");
      return ((HttpURLConnection) uri.toURL().openConnection()).getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  String serverLog() throws IOException {
    return Files.readString(directory.resolve("server.log"));
  }

  int port() {
    return port;
  }

  /** A token for this tenant. */
  String token(String tenant) throws IOException {
    Process process =
        new ProcessBuilder(
                java(),
                "-jar",
                jar,
                "token",
                "--data-dir",
                directory.toString(),
                "--tenant",
                tenant,
                "--scope",
                "audit:read audit:write",
                "--ttl",
                "1d")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
  }

  /** A bare connection, as superuser, so that row-level security costs it nothing. */
  PgConnection connect(Vertx vertx) {
    return Load.await(
        PgConnection.connect(
            vertx,
            PgConnectOptions.fromUri(postgres.uri())
                .setUser(postgres.user())
                .setPassword(postgres.password())
                .setCachePreparedStatements(true)));
  }

  @Override
  public void close() throws IOException {
    server.destroy();
    server
        .onExit()
        .orTimeout(30, TimeUnit.SECONDS)
        .exceptionally(e -> server.destroyForcibly())
        .join();
    postgres.close();
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
