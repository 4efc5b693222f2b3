package io.annals.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The PostgreSQL programs that Annals carries. */
final class Binaries {
  private static final Logger LOG = LoggerFactory.getLogger(Binaries.class);

  private Binaries() {}

  /** Returns where the programs of this version are unpacked; unpacks them the first time. */
  static Path unpack(Platform platform, Path home) throws IOException {
    Path target = home.resolve("postgres-" + version());
    DataDirectory.deleteIncomplete(target);
    if (Files.isDirectory(target)) {
      return target;
    }
    LOG.info("Unpacking PostgreSQL to {}, once", target);
    try (InputStream resource = Binaries.class.getResourceAsStream(platform.archive())) {
      if (resource == null) {
        throw new ServerFailure(
            platform.archive() + " is not on the class path: this Annals is built without it");
      }
      Path incomplete = DataDirectory.incomplete(target);
      new Archive(incomplete)
          .unpack(new XZCompressorInputStream(new BufferedInputStream(resource)));
      DataDirectory.rename(incomplete, target);
      return target;
    }
  }

  /** The version of the server, for instance {@code 18.6.0}. */
  static String version() throws IOException {
    try (InputStream resource = Binaries.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      if (resource != null) {
        properties.load(resource);
      }
      String version = properties.getProperty("postgres");
      if (version == null) {
        throw new ServerFailure("version.properties does not tell the version of PostgreSQL");
      }
      return version;
    }
  }

  /** Data of one major version cannot be read by another. */
  static String majorVersion() throws IOException {
    String version = version();
    return version.substring(0, version.indexOf('.'));
  }
}
