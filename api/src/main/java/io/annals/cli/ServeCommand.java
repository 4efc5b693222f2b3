package io.annals.cli;

import io.annals.auth.KeyFileException;
import io.annals.auth.Scopes;
import io.annals.config.Config;
import io.annals.config.ConfigException;
import io.annals.http.GuardedTransport;
import io.annals.server.AnnalsServer;
import io.annals.store.StoreException;
import io.annals.store.StoreProvider.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code annals serve}: runs the server until the process is told to stop. */
@Command(
    name = "serve",
    description = "Run the server.",
    mixinStandardHelpOptions = true,
    footer = "Settings that are not in the file come from ANNALS_* variables; see annals config.")
public final class ServeCommand implements Callable<Integer> {
  private static final int START_MINUTES_MAX = 10;

  /** Of the whole stop, whatever hangs: what supervises processes is as patient as a rule. */
  private static final int STOP_SECONDS_MAX = 30;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML settings. Default: $ANNALS_CONFIG, or none.")
  private @Nullable Path file;

  @Override
  public Integer call() {
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    try {
      Map<String, String> environment = System.getenv();
      String named = environment.get(Config.FILE_VARIABLE);
      Path settings = file == null && named != null ? Path.of(named) : file;
      Config config = Config.load(settings, environment);
      config.log().apply();
      run(config);
      return 0;
    } catch (TimeoutException e) {
      err.println("annals: not started within " + START_MINUTES_MAX + " minutes");
    } catch (Exception e) {
      if (!isPlain(e)) {
        throw new IllegalStateException("the server could not start", e);
      }
      err.println("annals: " + line(e));
    }
    return 1;
  }

  /** Whether the message alone says what the operator has to know. */
  private static boolean isPlain(Exception e) {
    return e instanceof ConfigException
        || e instanceof KeyFileException
        || e instanceof StoreException
        || e instanceof IllegalArgumentException
        || e instanceof IOException;
  }

  /** The JDK's exceptions about files say the file and leave the rest to their class. */
  private static String line(Exception e) {
    if (e instanceof FileSystemException file) {
      String kind = e.getClass().getSimpleName().replaceAll("Exception$", "");
      String words = kind.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
      return file.getFile() + ": " + (file.getReason() == null ? words : file.getReason());
    }
    return String.valueOf(e.getMessage());
  }

  private void run(Config config) throws Exception {
    Vertx vertx = GuardedTransport.vertx(config.http().connectionsMax());
    try {
      Future<AnnalsServer> starting = AnnalsServer.start(vertx, config);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(vertx, starting), "annals-stop"));
      announce(config, starting.await(START_MINUTES_MAX, TimeUnit.MINUTES));
      Thread.currentThread().join(); // until a signal ends the process
    } finally {
      vertx.close();
    }
  }

  private void announce(Config config, AnnalsServer server) {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    boolean here = config.dataDir().equals(Path.of("./data"));
    out.printf(
        """

        Annals is ready.
          API         %s
          Reference   %s/docs
          Health      %s/health/ready
          Audit trail %s
          Activity    %s
          Credential  java -jar %s token%s --tenant %s --scope "%s"
        """,
        server.url(),
        server.url(),
        server.managementUrl(),
        server.storage(Role.AUDIT),
        server.storage(Role.ACTIVITY),
        jar(),
        here ? "" : " --data-dir " + config.dataDir(),
        UUID.randomUUID(), // any will do
        String.join(" ", Scopes.KNOWN));
    out.flush();
  }

  /** As it was named on the command line, so that the line can be pasted. */
  private static String jar() {
    String classPath = System.getProperty("java.class.path");
    return classPath.endsWith(".jar") ? classPath : "annals.jar";
  }

  /**
   * Also what is still starting: databases of its own would be left running. A start that fails
   * stops by itself what it had started.
   */
  private static void stop(Vertx vertx, Future<AnnalsServer> starting) {
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS_MAX);
    try {
      AnnalsServer started = starting.otherwiseEmpty().await(STOP_SECONDS_MAX, TimeUnit.SECONDS);
      if (started != null) {
        Future<Void> stopped = started.stop().transform(done -> vertx.close());
        stopped.await(Math.max(endNanos - System.nanoTime(), 1), TimeUnit.NANOSECONDS);
      }
    } catch (TimeoutException e) {
      System.err.println("annals: not stopped within " + STOP_SECONDS_MAX + " s; ending anyway");
    }
  }
}
