package io.annals.cli;

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
    subcommands = {ServeCommand.class, TokenCommand.class, ConfigCommand.class})
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name and exits with its code. */
  public static void main(String[] args) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    System.exit(configured(new CommandLine(new Main())).execute(args));
  }

  /** Has wrong usage reported in one line, not with the whole usage text. */
  static CommandLine configured(CommandLine commandLine) {
    return commandLine.setParameterExceptionHandler(
        (e, args) -> {
          CommandLine command = e.getCommandLine();
          command.getErr().println(e.getMessage());
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
