package io.annals.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.AuthSettings;
import io.annals.auth.KeyFile;
import io.annals.auth.Principal;
import io.annals.auth.TokenVerifier;
import io.annals.model.TenantId;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TokenCommandTest {
  private static final String TENANT = "0192a5c8-7f00-7000-8000-00000000abcd";

  @TempDir Path directory;
  private KeyFile keys;

  private record Run(int code, String out, String err) {}

  @BeforeEach
  void makeKeys() {
    keys = KeyFile.readOrCreate(directory.resolve("auth.json"));
  }

  private static Run run(Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine main =
        new CommandLine(new Plain())
            .addSubcommand(new TokenCommand(environment))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    return new Run(Main.configured(main).execute(args), out.toString(), err.toString());
  }

  @CommandLine.Command(name = "annals")
  private static final class Plain {}

  private Run token(String... options) {
    List<String> args = new ArrayList<>(List.of("token", "--data-dir", directory.toString()));
    args.addAll(List.of(options));
    return run(Map.of(), args.toArray(String[]::new));
  }

  private static JsonObject claims(String token) {
    byte[] payload = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
    return new JsonObject(new String(payload, StandardCharsets.UTF_8));
  }

  private static void assertBadUsage(Run run, String... hints) {
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains(hints);
  }

  @Test
  void printedToken_isAcceptedByTheServer() throws Exception {
    Run run = token("--tenant", TENANT, "--scope", "audit:read audit:write");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R");
    Vertx vertx = Vertx.vertx();
    try {
      Principal principal =
          TokenVerifier.open(vertx, () -> keys, AuthSettings.OWN_TOKENS_ONLY)
              .compose(verifier -> verifier.verify(run.out().strip()))
              .toCompletionStage()
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);
      assertThat(principal.subject()).isEqualTo("cli");
      assertThat(principal.tenant()).contains(new TenantId(UUID.fromString(TENANT)));
      assertThat(principal.scopes()).containsExactlyInAnyOrder("audit:read", "audit:write");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void star_isTheWholeInstallation() {
    Run run = token("--tenant", "*", "--scope", "keys:read", "--subject", "ops");

    assertThat(claims(run.out()).getString("tenant_id")).isEqualTo("*");
    assertThat(claims(run.out()).getString("sub")).isEqualTo("ops");
  }

  @ParameterizedTest
  @CsvSource({"90s,90", "15m,900", "1h,3600", "30d,2592000", "90d,7776000"})
  void ttl_isRead(String ttl, long seconds) {
    JsonObject claims = claims(token("--tenant", "*", "--scope", "audit:read", "--ttl", ttl).out());

    assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(seconds);
  }

  @Test
  void ttl_isAnHourUnlessSaid() {
    JsonObject claims = claims(token("--tenant", "*", "--scope", "audit:read").out());

    assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(3600);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "1", "h", "1w", "-1h", "1.5h", "91d", "999999999d", "9999999999s"})
  void ttlOutOfBounds_isBadUsage(String ttl) {
    assertBadUsage(token("--tenant", "*", "--scope", "audit:read", "--ttl=" + ttl), "--ttl", ttl);
  }

  @Test
  void unknownScope_listsTheKnown() {
    assertBadUsage(
        token("--tenant", "*", "--scope", "audit:reed"),
        "'audit:reed'",
        "audit:read",
        "keys:write");
    assertBadUsage(token("--tenant", "*", "--scope", " "), "audit:read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1-1-1-1-1", "acme", ""})
  void tenantThatIsNoUuid_isBadUsage(String tenant) {
    assertBadUsage(token("--tenant=" + tenant, "--scope", "audit:read"), "--tenant");
  }

  @Test
  void missingOrUnknownOptions_areBadUsage() {
    assertBadUsage(token("--scope", "audit:read"), "--tenant");
    assertBadUsage(token("--tenant", "*"), "--scope");
    assertBadUsage(token("--tenant", "*", "--scope", "audit:read", "--for", "ever"), "--for");
  }

  @Test
  void missingKeyFile_isAFailure() {
    Run run =
        run(
            Map.of("ANNALS_DATA_DIR", directory.resolve("none").toString()),
            "token",
            "--tenant",
            "*",
            "--scope",
            "audit:read");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .hasLineCount(1)
        .contains("no key file at " + directory.resolve("none/auth.json"))
        .contains("start the server once");
    assertThat(directory.resolve("none")).doesNotExist();
  }

  @Test
  void environment_namesTheKeyFile() throws IOException {
    Path moved = directory.resolve("moved.json");
    Files.move(directory.resolve("auth.json"), moved);
    String[] args = {"token", "--tenant", "*", "--scope", "audit:read"};

    assertThat(run(Map.of("ANNALS_AUTH_KEY_FILE", moved.toString()), args).code()).isZero();
    Files.move(moved, directory.resolve("auth.json"));
    assertThat(run(Map.of("ANNALS_DATA_DIR", directory.toString()), args).code()).isZero();
  }

  @Test
  void process_printsTheTokenAloneOnStandardOutput() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.annals.cli.Main",
                "token",
                "--data-dir",
                directory.toString(),
                "--tenant",
                "*",
                "--scope",
                "audit:read")
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isZero();
    assertThat(out).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R");
  }
}
