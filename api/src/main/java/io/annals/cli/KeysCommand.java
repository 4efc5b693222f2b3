package io.annals.cli;

import io.annals.auth.KeyFileException;
import io.annals.auth.KeyRotation;
import io.annals.config.ConfigException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code annals keys}: looks after the key file of an installation. */
@Command(
    name = "keys",
    description = "Look after the keys that sign the installation's own tokens.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class KeysCommand {
  private final Map<String, String> environment;

  @Spec private @Nullable CommandSpec spec;

  /** The command in this process's environment. */
  public KeysCommand() {
    this(System.getenv());
  }

  KeysCommand(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Puts a new signing key in the key file, and says what becomes of the others. */
  @Command(
      name = "rotate-signing",
      description = {
        "Put a new signing key in the key file; it signs ten seconds later. Servers that run take"
            + " it up by themselves. Tokens that former keys have signed stay good until they expire."
      },
      mixinStandardHelpOptions = true)
  int rotateSigning(@Mixin KeyFileOptions options) {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try {
      Path file = options.keyFile(environment);
      KeyRotation rotation = KeyRotation.rotate(file);
      out.printf("new key    %s  signs from %s%n", rotation.kid(), rotation.signsFrom());
      rotation
          .retired()
          .forEach((kid, until) -> out.printf("former key %s  accepted until %s%n", kid, until));
      rotation
          .dropped()
          .forEach(kid -> out.printf("dropped    %s  all its tokens have expired%n", kid));
      out.printf("written to %s, which running servers read every second%n", file);
      out.flush();
      return 0;
    } catch (KeyFileException | ConfigException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return 1;
    }
  }
}
