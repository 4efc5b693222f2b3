package io.annals.cli;

import io.annals.cli.imports.Destination;
import io.annals.cli.imports.Format;
import io.annals.cli.imports.Importer;
import io.annals.cli.imports.Patience;
import io.annals.cli.imports.Progress;
import io.annals.cli.imports.Source;
import io.annals.cli.imports.Summary;
import io.annals.cli.imports.Tally;
import io.annals.cli.imports.TrustedCa;
import io.annals.model.TenantId;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Loads logs into a running server. */
@Command(
    name = "import",
    description = "Loads logs into a running server. Importing a file again stores nothing twice.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:every record is stored, now or before",
      "1:the import could not be finished",
      "2:the command line is wrong",
      "3:finished, but some records were skipped or refused"
    })
final class ImportCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int INCOMPLETE = 3;

  /** Makes short-lived tokens with the key of a server on this machine. */
  @FunctionalInterface
  interface LocalTokens {
    /**
     * Tokens for this tenant that may do what the scope says. Each call signs a new one.
     *
     * @param keyFile the server's key file, where it is not the one in its data directory
     * @throws IOException if there is no key that can be read
     */
    Supplier<String> open(
        Path dataDir, Optional<Path> keyFile, TenantId tenant, String subject, String scope)
        throws IOException;
  }

  @Option(
      names = "--tenant",
      required = true,
      paramLabel = "UUID",
      converter = UuidText.class,
      description = "Whose log it is.")
  private UUID tenant;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = "What the files hold: cloudtrail, ndjson or combined (access logs).")
  private String format;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "TARGET",
      description = "Where it goes: audit-log, or activity for combined.")
  private String to;

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:${env:ANNALS_HTTP_PORT:-8080}",
      description = "The server's address (default: ${DEFAULT-VALUE}).")
  private URI url;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description =
          "Certificates as PEM that an https server's is checked with, instead of those that Java"
              + " trusts: its authority's, or its own.")
  private @Nullable Path caFile;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "The server's data directory, whose key signs the credential unless ANNALS_TOKEN holds"
              + " one (default: ANNALS_DATA_DIR, else ./data).")
  private @Nullable Path dataDir;

  @Mixin private final AccessLogOptions accessLogOptions = new AccessLogOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Plain or gzip; - is standard input.")
  private List<String> files;

  @Spec private CommandSpec spec;

  private final LocalTokens localTokens;
  private final Map<String, String> environment;
  private final Patience patience;

  ImportCommand(LocalTokens localTokens) {
    this(localTokens, System.getenv(), Patience.DEFAULT);
  }

  ImportCommand(LocalTokens localTokens, Map<String, String> environment, Patience patience) {
    this.localTokens = localTokens;
    this.environment = environment;
    this.patience = patience;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Source> sources = sources();
    Format<?> described = format(sources);
    Destination destination;
    try {
      destination = destination(described.target().scope());
    } catch (IOException e) {
      return failed(List.of(e.getMessage()));
    }
    long startNanos = System.nanoTime();
    Tally tally;
    try (Progress progress = Progress.onTerminal("import", Source.bytesOf(sources))) {
      tally = new Importer(destination, progress).run(described, sources);
    }
    Duration taken = Duration.ofNanos(System.nanoTime() - startNanos);
    Summary.print(tally, described.target(), taken, spec.commandLine().getOut());
    if (!tally.failures().isEmpty()) {
      return failed(tally.failures());
    }
    return tally.isComplete() ? 0 : INCOMPLETE;
  }

  private int failed(List<String> messages) {
    PrintWriter err = spec.commandLine().getErr();
    messages.forEach(message -> err.println("annals import: " + message));
    err.flush();
    return FAILED;
  }

  private Format<?> format(List<Source> sources) {
    if (format.equals(Format.COMBINED)) {
      refuseOtherThan("activity");
      return accessLogOptions.format(new TenantId(tenant), sources, Instant.now());
    }
    Format<?> described =
        Format.named(format)
            .orElseThrow(
                () ->
                    wrong("there is no format " + format + "; use cloudtrail, ndjson or combined"));
    accessLogOptions.refuseAny(format);
    refuseOtherThan(described.target().name());
    return described;
  }

  private void refuseOtherThan(String target) {
    if (!to.equals(target)) {
      throw wrong("the format " + format + " goes --to " + target);
    }
  }

  private Destination destination(String scope) throws IOException {
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null || url.getQuery() != null) {
      throw wrong("--url takes http://HOST[:PORT] or https://HOST[:PORT], not " + url);
    }
    TenantId tenantId = new TenantId(tenant);
    String token = environment.getOrDefault("ANNALS_TOKEN", "").strip();
    Supplier<String> credential = token.isEmpty() ? localTokens(tenantId, scope) : () -> token;
    SSLContext trust = caFile == null ? null : TrustedCa.read(caFile);
    return new Destination(url, tenantId, credential, patience, trust);
  }

  private Supplier<String> localTokens(TenantId tenantId, String scope) throws IOException {
    Path dir =
        dataDir == null ? Path.of(environment.getOrDefault("ANNALS_DATA_DIR", "data")) : dataDir;
    Optional<Path> keyFile =
        Optional.ofNullable(environment.get("ANNALS_AUTH_KEY_FILE")).map(Path::of);
    try {
      return localTokens.open(dir, keyFile, tenantId, "annals-import", scope);
    } catch (IOException e) {
      throw new IOException(
          "no credential: ANNALS_TOKEN is not set, and the key of a server in "
              + keyFile.orElse(dir)
              + " cannot be read ("
              + e.getMessage()
              + "); set one or name the server's --data-dir",
          e);
    }
  }

  private List<Source> sources() {
    List<Source> sources = new ArrayList<>();
    for (String file : files) {
      if (file.equals("-")) {
        sources.add(Source.stream("standard input", System.in));
        continue;
      }
      Path path = Path.of(file);
      if (!Files.isReadable(path) || Files.isDirectory(path)) {
        throw wrong(file + " is not a file that can be read");
      }
      try {
        sources.add(Source.file(path));
      } catch (IOException e) {
        throw wrong(file + " cannot be read: " + e.getMessage());
      }
    }
    return sources;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
