package io.annals.cli;

import io.annals.auth.KeyFile;
import io.annals.config.Config;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say which server's keys are meant. */
final class KeyFileOptions {
  @ArgGroup private @Nullable Place place;

  private static final class Place {
    @Option(
        names = "--data-dir",
        paramLabel = "DIR",
        description = "The server's data directory. Default: $ANNALS_DATA_DIR, or ./data.")
    private @Nullable Path dataDir;

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "The server's settings, which say where its keys are.")
    private @Nullable Path config;
  }

  /**
   * The key file that is named here, else that of a server with this environment.
   *
   * @throws io.annals.config.ConfigException if the settings cannot be read
   */
  Path keyFile(Map<String, String> environment) {
    if (place != null && place.dataDir != null) {
      return KeyFile.in(place.dataDir);
    }
    Path settings = place == null ? null : place.config;
    String usual = environment.get(Config.FILE_VARIABLE);
    if (settings != null || usual != null) {
      return Config.load(settings == null ? Path.of(usual) : settings, environment).keyFile();
    }
    String named = environment.get("ANNALS_AUTH_KEY_FILE");
    return named != null
        ? Path.of(named)
        : KeyFile.in(Path.of(environment.getOrDefault("ANNALS_DATA_DIR", "data")));
  }
}
