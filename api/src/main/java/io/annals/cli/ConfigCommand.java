package io.annals.cli;

import io.annals.config.Config;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code annals config}: prints every setting with its meaning and default, as a file to edit. */
@Command(
    name = "config",
    description = "Print every setting with its default, as a YAML file to start from.",
    mixinStandardHelpOptions = true)
public final class ConfigCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.print(Config.defaults());
    out.flush();
  }
}
