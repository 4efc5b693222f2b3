package io.annals.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.KeyFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class KeysCommandTest {
  private static final Pattern NEW_KEY = Pattern.compile("new key    (\\S+)  signs from (\\S+Z)");

  @TempDir Path directory;
  private Path file;

  private record Run(int code, String out, String err) {}

  @BeforeEach
  void makeKeys() {
    file = directory.resolve("auth.json");
    KeyFile.readOrCreate(file);
  }

  private static Run run(Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine main =
        new CommandLine(new Plain())
            .addSubcommand(new KeysCommand(environment))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    return new Run(Main.configured(main).execute(args), out.toString(), err.toString());
  }

  @CommandLine.Command(name = "annals")
  private static final class Plain {}

  private Run rotate() {
    return run(Map.of(), "keys", "rotate-signing", "--data-dir", directory.toString());
  }

  private JsonArray keys() throws IOException {
    return new JsonObject(Files.readString(file)).getJsonArray("keys");
  }

  private String kid(int index) throws IOException {
    return keys().getJsonObject(index).getString("kid");
  }

  private static Matcher newKey(String out) {
    Matcher matcher = NEW_KEY.matcher(out);
    assertThat(matcher.find()).as(out).isTrue();
    return matcher;
  }

  @Test
  void rotation_saysWhatBecameOfEachKey() throws IOException {
    String first = kid(0);
    Instant before = Instant.now();

    Run run = rotate();

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    Matcher fresh = newKey(run.out());
    assertThat(fresh.group(1)).isEqualTo(kid(0));
    Instant signsFrom = Instant.parse(fresh.group(2));
    assertThat(signsFrom).isBetween(before.plusSeconds(8), Instant.now().plusSeconds(11));
    assertThat(run.out().lines())
        .containsExactly(
            "new key    " + kid(0) + "  signs from " + signsFrom,
            "former key " + first + "  accepted until " + signsFrom.plus(Duration.ofDays(91)),
            "written to " + file + ", which running servers read every second");
    assertThat(run.out()).doesNotContain(keys().getJsonObject(0).getString("d"));
  }

  @Test
  void droppedKeys_areNamed() throws IOException {
    String oldest = kid(0);
    rotate();
    JsonObject content = new JsonObject(Files.readString(file));
    String longAgo = Instant.now().minus(Duration.ofDays(92)).toString();
    content.getJsonArray("keys").getJsonObject(0).put("signsFrom", longAgo);
    Files.writeString(file, content.encode());

    Run run = rotate();

    assertThat(run.out().lines())
        .hasSize(4)
        .contains("dropped    " + oldest + "  all its tokens have expired");
    assertThat(keys()).hasSize(2);
  }

  @Test
  void settings_nameTheKeyFile() throws IOException {
    Path config =
        Files.writeString(directory.resolve("annals.yaml"), "auth:\n  keyFile: '" + file + "'\n");

    assertThat(run(Map.of(), "keys", "rotate-signing", "--config", config.toString()).code())
        .isZero();
    assertThat(run(Map.of("ANNALS_CONFIG", config.toString()), "keys", "rotate-signing").code())
        .isZero();
    assertThat(
            run(Map.of("ANNALS_AUTH_KEY_FILE", file.toString()), "keys", "rotate-signing").code())
        .isZero();
    assertThat(
            run(Map.of("ANNALS_DATA_DIR", directory.toString()), "keys", "rotate-signing").code())
        .isZero();
    assertThat(keys()).hasSize(5);
  }

  @Test
  void directoryThatIsNamed_winsOverTheEnvironment() throws IOException {
    Map<String, String> elsewhere = Map.of("ANNALS_AUTH_KEY_FILE", "/elsewhere/auth.json");

    assertThat(run(elsewhere, "keys", "rotate-signing", "--data-dir", "" + directory).code())
        .isZero();
    assertThat(keys()).hasSize(2);
  }

  @Test
  void missingFile_isAFailure() {
    Path none = directory.resolve("none");

    Run run = run(Map.of(), "keys", "rotate-signing", "--data-dir", none.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains("no key file at " + none.resolve("auth.json"));
    assertThat(none).doesNotExist();
  }

  @Test
  void settingsThatCannotBeRead_areAFailure() {
    Run run = run(Map.of(), "keys", "rotate-signing", "--config", directory + "/none.yaml");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains("none.yaml cannot be read");
  }

  @Test
  void wrongUse_isSaid() {
    assertThat(run(Map.of(), "keys").code()).isEqualTo(2);
    Run both = run(Map.of(), "keys", "rotate-signing", "--data-dir", "x", "--config", "y");
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("--data-dir", "--config", "mutually exclusive");
  }

  @Test
  void processesAtOnce_loseNoKey() throws Exception {
    List<String> kids = new ArrayList<>(List.of(kid(0)));
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "io.annals.cli.Main",
                  "keys",
                  "rotate-signing",
                  "--data-dir",
                  directory.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    }
    for (Process process : processes) {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isZero();
      kids.add(newKey(out).group(1));
    }

    List<String> written = new ArrayList<>();
    for (int i = 0; i < keys().size(); i++) {
      written.add(kid(i));
    }
    assertThat(written).containsExactlyInAnyOrderElementsOf(kids);
  }
}
