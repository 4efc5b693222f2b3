package io.annals.cli.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRecordsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n",
        "\r\n{\"n\":1}\r\n\r\n{\"n\":2}\r\n{\"n\":3}",
        "{\"Records\":[{\"n\":1},{\"n\":2},{\"n\":3}]}",
        "{\"Records\":[{\"n\":1},{\"n\":2}]}{\"Records\":[{\"n\":3}]}",
        "{\"Records\":[{\"n\":1},{\"n\":2}],\"x\":[1,{\"Records\":[9]}]}\n{\"Records\":[{\"n\":3}]}",
        "{\n  \"owner\": {\"Records\": [{\"n\": 9}]},\n  \"Records\": [\n{\"n\":1},{\"n\":2},\n{\"n\":3}]\n}",
        "[{\"n\":1},{\"n\":2},{\"n\":3}]",
        "{\n  \"n\": 1\n}\n{\n  \"n\": 2\n}\n{\n  \"n\": 3\n}\n",
        "\uFEFF{\"Records\":[{\"n\":1},{\"n\":2},{\"n\":3}]}",
      })
  void everyForm_yieldsItsRecords(String text) throws Exception {
    assertThat(read(text.getBytes(UTF_8))).containsExactly("1", "2", "3");
    assertThat(read(gzip(text))).containsExactly("1", "2", "3");
  }

  @Test
  void gzipOfSeveralMembers_isReadToItsEnd() throws Exception {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.write(gzip("{\"Records\":[{\"n\":1}]}"));
    members.write(gzip("{\"Records\":[{\"n\":2}]}"));

    assertThat(read(members.toByteArray())).containsExactly("1", "2");
  }

  @Test
  void gzipThatBreaksOff_fails() throws Exception {
    byte[] whole = gzip("{\"n\":1}\n".repeat(10_000));
    byte[] part = java.util.Arrays.copyOf(whole, whole.length / 2);

    assertThatThrownBy(() -> read(part)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"n\":", "{\"n\":1", "{\"n\":1}}", "nonsense", "\"text\"", "[1]"})
  void badLine_costsOnlyItself(String bad) throws Exception {
    assertThat(read(("{\"n\":1}\n" + bad + "\n{\"n\":3}").getBytes(UTF_8)))
        .hasSize(3)
        .startsWith("1")
        .endsWith("3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"n\":1e99999999999}", "{\0\0\0\0\0@\0"})
  void whatJacksonRefusesInOtherWays_costsALine_orEndsADocument(String bad) throws Exception {
    assertThat(read((bad + "\n{\"n\":2}").getBytes(UTF_8))).containsExactly("line 1 not JSON", "2");
    assertThatThrownBy(() -> read(("[" + bad).getBytes(UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no JSON at line 1");
  }

  @Test
  void cutOffFirstLine_costsOnlyItself() throws Exception {
    assertThat(read("{\"a\":1,\"n\":\"x\n{\"n\":2}".getBytes(UTF_8)))
        .containsExactly("line 1 not JSON", "2");
  }

  @Test
  void elementThatIsNoObject_costsOnlyItself() throws Exception {
    assertThat(read("{\"Records\":[7,{\"n\":2},[[]],null,{\"n\":5}]}".getBytes(UTF_8)))
        .containsExactly(
            "record 1 no JSON object",
            "2",
            "record 3 no JSON object",
            "record 4 no JSON object",
            "5");
  }

  @Test
  void overlongLine_isPassedOver() throws Exception {
    String text = "{\"n\":1}\n{\"n\":\"" + "x".repeat(JsonText.RECORD_BYTES_MAX) + "\"}\n{\"n\":3}";

    assertThat(read(text.getBytes(UTF_8)))
        .containsExactly("1", "line 2 longer than 4194304 bytes", "3");
  }

  @Test
  void overlongRecordOfDocument_fails() {
    String large = "x".repeat(2 * JsonText.RECORD_BYTES_MAX);
    String text = "{\"Records\":[{\"n\":1},{\"n\":\"" + large + "\"}]}";

    assertThatThrownBy(() -> read(text.getBytes(UTF_8))).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "{\"Records\":[]}", "[]"})
  void emptyInput_hasNoRecords(String text) throws Exception {
    assertThat(read(text.getBytes(UTF_8))).isEmpty();
  }

  private static List<String> read(byte[] bytes) throws Exception {
    List<String> found = new ArrayList<>();
    Source source = Source.stream("test", new ByteArrayInputStream(bytes));
    try (InputStream in = source.open(Progress.NONE)) {
      Records<ObjectNode> records = JsonRecords.open(in, "Records");
      while (true) {
        try {
          ObjectNode record = records.next();
          if (record == null) {
            return found;
          }
          found.add(record.path("n").asText());
        } catch (UnusableException e) {
          found.add(records.place() + " " + e.reason());
        }
      }
    }
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
