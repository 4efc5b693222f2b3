package io.annals.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of Annals. */
@Command(name = "annals", subcommands = TokenCommand.class)
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name and exits with its code. */
  public static void main(String[] args) {
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
}
