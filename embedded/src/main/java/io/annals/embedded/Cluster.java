package io.annals.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code <directory>/pgdata}: the databases, their settings, and who may still be serving them. */
final class Cluster {
  static final String USER = "annals";
  static final String DATABASE = "annals";
  private static final String SETTINGS = "annals.conf";
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  private final Path data;
  private final PasswordFile passwordFile;
  private final PostgresCommand command;

  Cluster(Path home, PostgresCommand command) {
    this.data = home.resolve("pgdata");
    this.passwordFile = new PasswordFile(home);
    this.command = command;
  }

  Path data() {
    return data;
  }

  /** Ends the server that a killed owner left running. */
  void stopLeftOver() throws IOException {
    Optional<Postmaster> leftOver = Postmaster.find(data, command);
    if (leftOver.isPresent()) {
      LOG.warn("Stopping a PostgreSQL (process {}) left running", leftOver.get().pid());
      leftOver.get().stop();
    }
    PostmasterFile.disown(data);
  }

  /** Makes the databases if there are none and brings the settings up to date. */
  String initialise() throws IOException {
    DataDirectory.deleteIncomplete(data);
    boolean found = Files.exists(data);
    if (found) {
      requireReadable();
    }
    String password = found ? passwordFile.read() : passwordFile.readOrCreate();
    if (!found) {
      create();
    }
    writeSettings(data);
    return password;
  }

  private void requireReadable() throws IOException {
    Path file = data.resolve("PG_VERSION");
    String version = Files.exists(file) ? Files.readString(file).strip() : "";
    if (!version.equals(Binaries.majorVersion())) {
      throw new ServerFailure(
          (data + " holds " + (version.isEmpty() ? "no database" : "data of PostgreSQL " + version))
              + (", and this Annals carries PostgreSQL " + Binaries.majorVersion() + ": ")
              + "move it away, or upgrade it with pg_upgrade");
    }
  }

  /** In a directory of another name: an interrupted run never looks like a database. */
  private void create() throws IOException {
    LOG.info("Creating the database in {}, once", data);
    Path incomplete = DataDirectory.incomplete(data);
    String target = incomplete.toString();
    command.run(
        "initdb",
        "--pgdata=" + target,
        "--username=" + USER,
        "--pwfile=" + passwordFile.file(),
        "--auth-host=scram-sha-256",
        "--auth-local=scram-sha-256",
        "--encoding=UTF8",
        // PostgreSQL's own: text sorts the same after the operating system's libraries change.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        "--no-instructions",
        "--no-sync");
    command.runWithInput(
        "CREATE DATABASE " + DATABASE + "\n",
        "postgres",
        "--single",
        "-D",
        target,
        "-c",
        "exit_on_error=on",
        "-c",
        "fsync=off",
        "template1");
    writeSettings(incomplete);
    Files.writeString(
        incomplete.resolve("postgresql.conf"),
        "\n# Annals' settings; those below this line win over them.\ninclude '" + SETTINGS + "'\n",
        UTF_8,
        StandardOpenOption.APPEND);
    // Once for everything above, which therefore did without.
    command.run("initdb", "--pgdata=" + target, "--sync-only");
    DataDirectory.rename(incomplete, data);
  }

  /** At every start: a new version of Annals may bring other settings. */
  private static void writeSettings(Path data) throws IOException {
    try (InputStream settings = Cluster.class.getResourceAsStream(SETTINGS)) {
      if (settings == null) {
        throw new ServerFailure(SETTINGS + " is not on the class path");
      }
      Path incomplete = data.resolve(SETTINGS + ".incomplete");
      Files.copy(settings, incomplete, StandardCopyOption.REPLACE_EXISTING);
      DataDirectory.sync(incomplete);
      DataDirectory.rename(incomplete, data.resolve(SETTINGS));
    }
  }
}
