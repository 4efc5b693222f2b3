package io.annals.cli;

import io.annals.auth.KeyFile;
import io.annals.auth.KeyFileException;
import io.annals.auth.Scopes;
import io.annals.auth.TokenIssuer;
import io.annals.model.TenantId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line of Annals. */
@Command(
    name = "annals",
    description = "Keeps, for every tenant, the record of what was done.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ServeCommand.class, TokenCommand.class, KeysCommand.class, ConfigCommand.class})
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name and exits with its code. */
  public static void main(String[] args) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    System.exit(configured(commands()).execute(args));
  }

  static CommandLine commands() {
    return new CommandLine(new Main()).addSubcommand(new ImportCommand(Main::localTokens));
  }

  /** Signs with the key of a server on this machine; {@link ImportCommand.LocalTokens}. */
  private static Supplier<String> localTokens(
      Path dataDir, Optional<Path> keyFile, TenantId tenant, String subject, String scope)
      throws IOException {
    try {
      TokenIssuer issuer = new TokenIssuer(KeyFile.read(keyFile.orElse(KeyFile.in(dataDir))));
      return () ->
          issuer.issue(subject, Optional.of(tenant), Scopes.parse(scope), Duration.ofMinutes(5));
    } catch (KeyFileException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Has wrong usage reported in one line, not with the whole usage text. */
  static CommandLine configured(CommandLine commandLine) {
    return commandLine.setParameterExceptionHandler(
        (e, args) -> {
          CommandLine command = e.getCommandLine();
          String name = command.getCommandSpec().qualifiedName();
          command.getErr().printf("%s: %s (see %1$s --help)%n", name, e.getMessage());
          return command.getCommandSpec().exitCodeOnInvalidInput();
        });
  }

  /** The version that the jar was built as. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"annals " + (version == null ? "(not packaged)" : version)};
    }
  }
}
