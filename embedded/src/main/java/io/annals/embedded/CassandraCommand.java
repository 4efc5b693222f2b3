package io.annals.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Writes a server's settings into its directory and starts its JVM. */
final class CassandraCommand {
  private static final String SETTINGS = "cassandra.yaml";
  private static final String LOGBACK = "cassandra-logback.xml";
  private static final String JVM_OPTIONS = "cassandra-jvm.options";

  /** Signals from a terminal are for Annals, which still writes while it ends; sh becomes java. */
  private static final List<String> DEAF_TO_THE_TERMINAL =
      List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh");

  private final Path home;
  private final EmbeddedCassandra.Options options;
  private final CassandraPlace place;
  private final ServerLog log;

  CassandraCommand(
      Path home, EmbeddedCassandra.Options options, CassandraPlace place, ServerLog log) {
    this.home = home;
    this.options = options;
    this.place = place;
    this.log = log;
  }

  Process spawn(CassandraPorts ports) throws IOException {
    String classPath = CassandraLibraries.classPath();
    Path temporary = Files.createDirectories(home.resolve("tmp"));
    Path triggers = Files.createDirectories(home.resolve("triggers"));
    writeSettings(ports);
    List<String> line = new ArrayList<>(DEAF_TO_THE_TERMINAL);
    line.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + home.resolve(JVM_OPTIONS),
            "@" + home.resolve(place.jvmOptions()),
            "-Xmx" + options.heapMib() + "m",
            "-Dcassandra.config=" + home.resolve(SETTINGS).toUri(),
            "-Dcassandra.storagedir=" + home,
            "-Dcassandra.logdir=" + home,
            "-Dcassandra.triggers_dir=" + triggers,
            "-Dlogback.configurationFile=" + home.resolve(LOGBACK),
            // Native libraries are unpacked there; a killed server leaves them behind.
            "-Djava.io.tmpdir=" + temporary,
            "-Djna.tmpdir=" + temporary,
            "-cp",
            classPath,
            CassandraMain.class.getName(),
            home.toString()));
    ProcessBuilder builder = new ProcessBuilder(line);
    // Annals' secrets, and what was meant for its JVM, are none of the server's business.
    builder
        .environment()
        .keySet()
        .removeIf(key -> key.startsWith("ANNALS_") || key.endsWith("JAVA_OPTIONS"));
    return builder
        .directory(home.toFile())
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log.file().toFile()))
        .start();
  }

  /** At every start: a new version of Annals may bring other settings. */
  private void writeSettings(CassandraPorts ports) throws IOException {
    copy(LOGBACK);
    copy(JVM_OPTIONS);
    copy(place.jvmOptions());
    try (InputStream common = resource(SETTINGS)) {
      Files.writeString(
          home.resolve(SETTINGS),
          new String(common.readAllBytes(), StandardCharsets.UTF_8) + ofThisStart(ports));
    }
  }

  private String ofThisStart(CassandraPorts ports) {
    return """
        initial_token: %d
        listen_address: %s
        rpc_address: %s
        native_transport_port: %d
        storage_port: %d
        seed_provider:
          - class_name: org.apache.cassandra.locator.SimpleSeedProvider
            parameters:
              - seeds: "%s:%d"
        data_file_directories: ["%s"]
        commitlog_directory: "%s"
        hints_directory: "%s"
        saved_caches_directory: "%s"
        cdc_raw_directory: "%s"
        %s
        authenticator: %s
        authorizer: %s
        """
        .formatted(
            place.token(),
            place.address(),
            place.address(),
            ports.cql(),
            ports.storage(),
            place.seed(),
            ports.storage(),
            home.resolve("data"),
            home.resolve("commitlog"),
            home.resolve("hints"),
            home.resolve("saved_caches"),
            home.resolve("cdc_raw"),
            options.commitlogSync().settings(),
            options.authentication() ? "PasswordAuthenticator" : "AllowAllAuthenticator",
            options.authentication() ? "CassandraAuthorizer" : "AllowAllAuthorizer");
  }

  private void copy(String name) throws IOException {
    try (InputStream resource = resource(name)) {
      Files.copy(resource, home.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream resource = CassandraCommand.class.getResourceAsStream(name);
    if (resource == null) {
      throw new ServerFailure(name + " is not on the class path");
    }
    return resource;
  }
}
