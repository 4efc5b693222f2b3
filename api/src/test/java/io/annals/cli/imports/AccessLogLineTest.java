package io.annals.cli.imports;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogLineTest {
  private static final String TAIL = " 200 7 \"-\" \"curl/8\"";
  private static final String TIME = "[17/May/2015:10:05:03 +0000]";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          10.0.0.1 - -                            | -                 | 10.0.0.1    | -
          10.0.0.1 - alice                        | -                 | 10.0.0.1    | alice
          10.0.0.1 - John Doe                     | -                 | 10.0.0.1    | John Doe
          10.0.0.1 - a [17/May/2015 b             | -                 | 10.0.0.1    | a [17/May/2015 b
          10.0.0.9 client.example - -             | 10.0.0.9          | client.example | -
          10.0.0.1 - ""                           | -                 | 10.0.0.1    | -
          10.0.0.1 - m\\xc3\\xbcller              | -                 | 10.0.0.1    | müller
          2001:db8::1 - -                         | -                 | 2001:db8::1 | -
          ::ffff:10.0.0.1 - John Doe              | -                 | ::ffff:10.0.0.1 | John Doe
          10.0.0.1:5678 - John Doe                | -                 | 10.0.0.1:5678   | John Doe
          client.example - John Doe               | -                 | client.example  | John Doe
          unix: - -                               | -                 | unix:       | -
          - - -                                   | -                 | -           | -
          example.org:443 10.0.0.1 - -            | example.org       | 10.0.0.1    | -
          Example.ORG 10.0.0.1 - alice            | example.org       | 10.0.0.1    | alice
          example.org:443 2001:db8::1 - John Doe  | example.org       | 2001:db8::1 | John Doe
          example.org:443 client.example - -      | example.org       | client.example | -
          example.org:443 - - -                   | example.org       | -           | -
          - 10.0.0.1 - -                          | -                 | 10.0.0.1    | -
          10.0.0.9:80 10.0.0.1 - -                | 10.0.0.9          | 10.0.0.1    | -
          10.0.0.9 10.0.0.1 - -                   | 10.0.0.9          | 10.0.0.1    | -
          [2001:db8::9]:443 2001:db8::1 - -       | [2001:db8::9]     | 2001:db8::1 | -
          """)
  void clientHostAndUser_areToldApart(
      String logged, @Nullable String vhost, @Nullable String address, @Nullable String user)
      throws Exception {
    AccessLogClient client = parse(logged + " " + TIME + " \"GET / HTTP/1.1\"" + TAIL).client();

    assertThat(client.vhostName()).isEqualTo(vhost);
    assertThat(client.address()).isEqualTo(address);
    assertThat(client.user()).isEqualTo(user);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          GET / HTTP/1.1                            | GET     | /
          GET /a/b?c=/d?e HTTP/1.1                  | GET     | /a/b
          get /a HTTP/2.0                           | get     | /a
          PROPFIND /a HTTP/3                        | PROPFIND | /a
          GET /a                                    | GET     | /a
          GET /a b c HTTP/1.1                       | GET     | /a b c
          GET /a\\"b\\\\c HTTP/1.1                  | GET     | /a"b\\c
          GET /say "hello" HTTP/1.1                 | GET     | /say "hello"
          GET /a\\x22b\\x5Cc HTTP/1.1               | GET     | /a"b\\c
          GET /caf\\xC3\\xA9 HTTP/1.1               | GET     | /café
          GET /caf\\xe9/\\xED\\xA0\\x80 HTTP/1.1    | GET     | /caf\\xE9/\\xED\\xA0\\x80
          GET /caf%C3%A9 HTTP/1.1                   | GET     | /caf%C3%A9
          GET /\\xZZ\\q\\ HTTP/1.1                  | GET     | /\\xZZ\\q\\
          GET http://example.org HTTP/1.1           | GET     | /
          GET http://example.org?a HTTP/1.1         | GET     | /
          GET HTTPS://u@[::1]:8/a?b://c HTTP/1.1    | GET     | /a
          GET /to/http://example.org/x HTTP/1.1     | GET     | /to/http://example.org/x
          GET /to?http://example.org/x HTTP/1.1     | GET     | /to
          GET //example.org/a HTTP/1.1              | GET     | //example.org/a
          CONNECT example.org:443 HTTP/1.1          | CONNECT | example.org:443
          OPTIONS * HTTP/1.0                        | OPTIONS | *
          PRI * HTTP/2.0                            | PRI     | *
          """)
  void request_isMethodAndPathWithoutQuery(String logged, String method, String path)
      throws Exception {
    RequestLine request = parse("10.0.0.1 - - " + TIME + " \"" + logged + "\"" + TAIL).request();

    assertThat(request).isEqualTo(new RequestLine(method, path));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          -                                      | the client sent no request
          ~~                                     | the client sent no request
          \\x16\\x03\\x01\\x02\\x00\\x01\\xfc    | its request is not METHOD PATH HTTP/n
          \\x16\\x03 \\x01 HTTP/1.1              | its request is not METHOD PATH HTTP/n
          SSH-2.0-Go                             | its request is not METHOD PATH HTTP/n
          t3 12.1.2\\n                           | its request is not METHOD PATH HTTP/n
          OPTIONS / RTSP/1.0                     | its request is not METHOD PATH HTTP/n
          G(T / HTTP/1.1                         | its request is not METHOD PATH HTTP/n
          GET HTTP/1.1                           | its request is not METHOD PATH HTTP/n
          GET ?a=b HTTP/1.1                      | its request has no path
          GET /a\\x00b HTTP/1.1                  | its path holds U+0000
          """)
  void garbageRequest_isUnusable(@Nullable String logged, String reason) {
    String request = logged == null ? "" : logged;

    assertUnusable("10.0.0.1 - - " + TIME + " \"" + request + "\"" + TAIL, reason);
  }

  @ParameterizedTest
  @CsvSource({
    "17/May/2015:10:05:03 +0000, 2015-05-17T10:05:03Z",
    "29/Feb/2024:00:00:00 -0930, 2024-02-29T09:30:00Z",
    "01/Jan/2025:00:00:00 +1400, 2024-12-31T10:00:00Z",
    "31/Dec/2016:23:59:60 +0000, 2017-01-01T00:00:00Z",
    "31/Dec/1969:23:59:59 +0000, 1969-12-31T23:59:59Z"
  })
  void time_isReadInItsZone(String logged, Instant time) throws Exception {
    String line = "10.0.0.1 - - [" + logged + "] \"GET / HTTP/1.1\"" + TAIL;

    assertThat(parse(line).epochMillis()).isEqualTo(time.toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "30/Feb/2015:10:05:03 +0000",
        "17/Mai/2015:10:05:03 +0000",
        "17/May/2015:24:00:00 +0000",
        "17/May/2015:10:60:00 +0000",
        "17/May/2015:10:05:03 +0060",
        "17/May/2015:10:05:03 GMT",
        "2015-05-17T10:05:03+00:00"
      })
  void otherTime_isUnusable(String logged) {
    assertUnusable(
        "10.0.0.1 - - [" + logged + "] \"GET / HTTP/1.1\"" + TAIL, "no time and quoted request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " 404 - \"-\" \"-\"",
        " 404 - \"-\" \"-\"\r",
        " 404 12 \"http://a/?q=\\\"b\\\" c\" \"Mozilla (\\\"x\\\")\"",
        " 404 12 \"http://a/?q=\"b\"\" \"Mozilla \"x\" y\"",
        " 404 12 \"-\" \"curl\" 0.005 \"-\" upstream=10.0.0.1:80",
        " 404 12 \"\" \"\" \"10.0.0.1, 10.0.0.2\""
      })
  void whateverFollowsTheStatus_isPassedOver(String tail) throws Exception {
    assertThat(parse("10.0.0.1 - - " + TIME + " \"GET / HTTP/1.1\"" + tail).statusCode())
        .isEqualTo(404);
  }

  @Test
  void lineThatIsCutOff_isUnusableWhereverThatIs() throws Exception {
    String line = "example.org:80 10.0.0.1 - bob " + TIME + " \"GET /a HTTP/1.1\"" + TAIL;

    assertThat(parse(line).request().path()).isEqualTo("/a");
    for (int length = 1; length < line.length(); length++) {
      String part = line.substring(0, length);
      assertThatThrownBy(() -> parse(part)).as(part).isInstanceOf(UnusableException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"099", "600", "000", "-"})
  void statusOutOfBounds_isUnusable(String status) {
    assertUnusable(
        "10.0.0.1 - - " + TIME + " \"GET / HTTP/1.1\" " + status + " 7 \"-\" \"-\"",
        "its status is not 100 to 599");
  }

  @Test
  void valuesAtTheirBounds_areUsable() throws Exception {
    AccessLogLine line = parse(line("c".repeat(256), "M".repeat(256), "/" + "é".repeat(2047)));

    assertThat(line.client().address()).hasSize(256);
    assertThat(line.request().path()).hasSize(2048);
    assertUnusable(line("c".repeat(257), "M", "/"), "its client is longer than 256 characters");
    assertUnusable(line("c", "M".repeat(257), "/"), "its method is longer than 256 characters");
    assertUnusable(
        line("c", "M", "/" + "é".repeat(2048)), "its path is longer than 2048 characters");
  }

  @Test
  void quotedTimeInAUserName_isNotTakenForTheTime() throws Exception {
    String user = "x [01/Jan/2000:00:00:00 +0000] \\\"GET /forged HTTP/1.1\\\" 200 1";

    AccessLogLine line = parse("10.0.0.1 - " + user + " " + TIME + " \"GET /a HTTP/1.1\"" + TAIL);

    assertThat(line.request().path()).isEqualTo("/a");
    assertThat(line.client().user()).startsWith("x [01/Jan/2000").endsWith("\" 200 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {" [", "\"", "\\\"", "\" 200 ", "[17/May/2015:10:05:03 +0000] ", "\\x", " "})
  void hostileLine_takesTimeInProportionToItsLength(String part) {
    byte[] line = part.repeat(LogLines.LINE_BYTES_MAX / part.length()).getBytes(UTF_8);
    byte[] within =
        ("10.0.0.1 - - " + TIME + " \"GET /" + part.repeat(10_000) + " HTTP/1.1\" 200 1")
            .getBytes(UTF_8);
    long startNanos = System.nanoTime();

    for (int i = 0; i < 50; i++) {
      assertThatThrownBy(() -> AccessLogLine.parse(line)).isInstanceOf(UnusableException.class);
      assertThatThrownBy(() -> AccessLogLine.parse(within)).isInstanceOf(UnusableException.class);
    }

    // Square the length of each line would be minutes; these 5 MB take a fraction of a second.
    assertThat(System.nanoTime() - startNanos).isLessThan(20_000_000_000L);
  }

  @Test
  void randomFields_areReadBackAsTheyWereWritten() throws Exception {
    Random random = new Random(20150517);
    for (int i = 0; i < 20_000; i++) {
      boolean nginx = random.nextBoolean();
      String vhost = random.nextBoolean() ? "host" + random.nextInt(9) + ".example" : null;
      String address = "10.1." + random.nextInt(256) + "." + random.nextInt(256);
      address = random.nextBoolean() ? address : "2001:db8::" + Integer.toHexString(1 + i);
      String user = random.nextInt(3) == 0 ? text(random) : null;
      OffsetDateTime time =
          LocalDateTime.of(1971, 1, 1, 0, 0)
              .plusSeconds(random.nextInt(Integer.MAX_VALUE))
              .atOffset(ZoneOffset.ofTotalSeconds(60 * (random.nextInt(2 * 14 * 60) - 14 * 60)));
      String path = "/" + text(random).replace('?', 'q');
      String query = random.nextBoolean() ? "?" + text(random) : "";
      int status = 100 + random.nextInt(500);
      String line =
          (vhost == null ? "" : vhost + (random.nextBoolean() ? ":8443 " : " "))
              + "%s - %s [%s] \"PUT %s HTTP/1.1\" %d %s \"%s\" \"%s\"%s"
                  .formatted(
                      address,
                      user == null ? "-" : logged(user, nginx),
                      time.format(
                          DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss xx", Locale.ENGLISH)),
                      logged(path + query, nginx),
                      status,
                      random.nextBoolean() ? "-" : String.valueOf(random.nextInt(99_999)),
                      logged(text(random), nginx),
                      logged(text(random), nginx),
                      random.nextBoolean() ? "" : " 0.00" + random.nextInt(9));

      AccessLogLine read = parse(line);

      assertThat(read.client().vhostName()).as(line).isEqualTo(vhost);
      assertThat(read.client().address()).as(line).isEqualTo(address);
      assertThat(read.client().user()).as(line).isEqualTo(user);
      assertThat(read.epochMillis()).as(line).isEqualTo(time.toInstant().toEpochMilli());
      assertThat(read.request()).as(line).isEqualTo(new RequestLine("PUT", path));
      assertThat(read.statusCode()).as(line).isEqualTo(status);
    }
  }

  /** Text without blanks at its ends, that is not just a sign that stands for no value. */
  private static String text(Random random) {
    String alphabet = "ab/.-:?&=%\"\\\t\n éü€\uD83D\uDE00[]";
    int[] signs = alphabet.codePoints().toArray();
    StringBuilder text = new StringBuilder("t");
    for (int i = random.nextInt(20); i > 0; i--) {
      text.appendCodePoint(signs[random.nextInt(signs.length)]);
    }
    return text.append('t').toString();
  }

  /** The text as Apache or nginx writes it to a log. */
  private static String logged(String text, boolean nginx) {
    StringBuilder logged = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      char c = (char) (b & 0xFF);
      if (!nginx && (c == '"' || c == '\\')) {
        logged.append('\\').append(c);
      } else if (!nginx && c == '\t') {
        logged.append("\\t");
      } else if (!nginx && c == '\n') {
        logged.append("\\n");
      } else if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        logged.append(String.format(Locale.ROOT, nginx ? "\\x%02X" : "\\x%02x", (int) c));
      } else {
        logged.append(c);
      }
    }
    return logged.toString();
  }

  private static String line(String client, String method, String path) {
    String raw = new String(path.getBytes(UTF_8), ISO_8859_1);
    return client + " - - " + TIME + " \"" + method + " " + raw + " HTTP/1.1\"" + TAIL;
  }

  private static AccessLogLine parse(String line) throws UnusableException {
    return AccessLogLine.parse(line.getBytes(ISO_8859_1));
  }

  private static void assertUnusable(String line, String reason) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOfSatisfying(
            UnusableException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
