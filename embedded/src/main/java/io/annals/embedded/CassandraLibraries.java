package io.annals.embedded;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where Cassandra's server lies: in a directory of its own, never on Annals' class path. */
final class CassandraLibraries {
  /** Names the directory; the tests set it, and the product does without. */
  static final String PROPERTY = "annals.cassandra.lib";

  /** Beside the jar of this class. */
  private static final String DIRECTORY = "cassandra";

  /** Newer ones have lost what Cassandra 5.0 starts with, a security manager. */
  private static final int JAVA = 17;

  private CassandraLibraries() {}

  /** The class path of Cassandra's JVM: {@link CassandraMain} and the server. */
  static String classPath() throws IOException {
    if (Runtime.version().feature() != JAVA) {
      throw new ServerFailure(
          ("Cassandra 5 runs on Java " + JAVA + ", and this is Java " + Runtime.version().feature())
              + (": run Annals with a JDK " + JAVA + ", ")
              + "or start a Cassandra yourself and set ANNALS_CASSANDRA_CONTACT_POINTS");
    }
    Path ours = ours();
    String named = System.getProperty(PROPERTY);
    Path libraries = named == null ? ours.resolveSibling(DIRECTORY) : Path.of(named);
    if (!Files.isDirectory(libraries)) {
      throw new ServerFailure(
          ("Cassandra's libraries are missing in " + libraries.toAbsolutePath() + ": ")
              + ("build them with Annals, or name their directory with -D" + PROPERTY));
    }
    return ours + System.getProperty("path.separator") + libraries.toAbsolutePath() + "/*";
  }

  private static Path ours() throws IOException {
    try {
      return Path.of(
          CassandraMain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new ServerFailure("Annals does not lie in a file", e);
    }
  }
}
