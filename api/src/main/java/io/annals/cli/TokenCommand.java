package io.annals.cli;

import io.annals.auth.KeyFile;
import io.annals.auth.KeyFileException;
import io.annals.auth.Scopes;
import io.annals.auth.TokenIssuer;
import io.annals.config.ConfigException;
import io.annals.model.TenantId;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code annals token}: signs a token with the installation's key and prints it, and nothing else,
 * on standard output. Exits with 2 when it is called wrongly and with 1 when it fails.
 */
@Command(
    name = "token",
    description = "Sign an access token and print it on standard output.",
    mixinStandardHelpOptions = true)
public final class TokenCommand implements Callable<Integer> {
  private static final Pattern TTL_TEXT = Pattern.compile("([1-9]\\d{0,8})([smhd])");

  private final Map<String, String> environment;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--tenant",
      required = true,
      paramLabel = "UUID|'*'",
      description = "The tenant it reaches, or '*' (in quotes) for all of the installation.")
  private String tenant = "";

  @Option(
      names = "--scope",
      required = true,
      paramLabel = "'SCOPE ...'",
      description = "What it may do: audit:read audit:write activity:read ... (in quotes).")
  private String scope = "";

  @Option(
      names = "--ttl",
      defaultValue = "1h",
      paramLabel = "TIME",
      description = "How long it is good for: 90s, 15m, 1h, 30d; 90d at most. Default: 1h.")
  private String ttl = "";

  @Option(
      names = "--subject",
      defaultValue = "cli",
      paramLabel = "NAME",
      description = "Whom it is for. Default: cli.")
  private String subject = "";

  @Mixin private final KeyFileOptions keyFile = new KeyFileOptions();

  /** The command in this process's environment. */
  public TokenCommand() {
    this(System.getenv());
  }

  TokenCommand(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() {
    CommandSpec command = Objects.requireNonNull(spec);
    try {
      Optional<TenantId> tenantId = tenantId(tenant);
      Set<String> scopes = Scopes.parse(scope);
      Duration lifetime = lifetime(ttl);
      TokenIssuer issuer = new TokenIssuer(KeyFile.read(keyFile.keyFile(environment)));
      String token = issuer.issue(subject, tenantId, scopes, lifetime);
      command.commandLine().getOut().println(token);
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    } catch (KeyFileException | ConfigException e) {
      command.commandLine().getErr().println(e.getMessage());
      return 1;
    }
  }

  private static Optional<TenantId> tenantId(String text) {
    if (text.equals("*")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new TenantId(new UuidText().convert(text)));
    } catch (TypeConversionException e) {
      throw new IllegalArgumentException("--tenant '" + text + "' is neither a UUID nor *", e);
    }
  }

  private static Duration lifetime(String text) {
    Matcher matcher = TTL_TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "--ttl '" + text + "' is not a time like 90s, 15m, 1h or 30d");
    }
    long count = Long.parseLong(matcher.group(1));
    Duration lifetime =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        };
    if (lifetime.compareTo(TokenIssuer.TTL_MAX) > 0) {
      throw new IllegalArgumentException("--ttl '" + text + "' is more than 90d");
    }
    return lifetime;
  }
}
