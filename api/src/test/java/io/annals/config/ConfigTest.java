package io.annals.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.http.HttpSettings;
import io.annals.http.TlsFiles;
import io.annals.limits.LimitSettings;
import io.annals.limits.LimitSettings.Rates;
import io.annals.store.StoreProvider.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
  @TempDir Path directory;

  private Path file(String yaml) throws IOException {
    return Files.writeString(directory.resolve("annals.yaml"), yaml);
  }

  private static void refused(
      @Nullable Path file, Map<String, String> environment, String... parts) {
    assertThatThrownBy(() -> Config.load(file, environment))
        .isInstanceOf(ConfigException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n");
  }

  @Test
  void defaults_areThoseThatAreShipped() throws IOException {
    Config config = Config.load(null, Map.of("PATH", "/bin", "ANNALS_TOKEN", "x"));
    assertThat(config.http().host()).isEqualTo("127.0.0.1");
    assertThat(config.http().port()).isEqualTo(8080);
    assertThat(config.managementPort()).isEqualTo(8081);
    assertThat(config.storage())
        .isEqualTo(Map.of(Role.AUDIT, "postgres", Role.ACTIVITY, "postgres"));
    assertThat(config.activity().retentionDays()).isEqualTo(90);
    assertThat(config.activity().searchMillisMax()).isEqualTo(250);
    assertThat(config.keyFile()).isEqualTo(Path.of("./data/auth.json"));
    assertThat(config.stores().get("postgres").getInteger("readers")).isEqualTo(8);
    assertThat(Config.load(file(Config.defaults()), Map.of())).isEqualTo(config);
    assertThat(Config.load(file(""), Map.of())).isEqualTo(config);
    assertThat(Config.load(file("# nothing\n"), Map.of())).isEqualTo(config);
  }

  @Test
  void collector_isTheOneOfOpenTelemetrysVariable_unlessOursNamesOne() {
    Map<String, String> standard = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "https://a.example/x");
    assertThat(Config.load(null, Map.of()).otelEndpoint()).isNull();
    assertThat(Config.load(null, standard).otelEndpoint()).isEqualTo("https://a.example/x");
    Map<String, String> both = new HashMap<>(standard);
    both.put("ANNALS_OTEL_ENDPOINT", "http://b:4318");
    assertThat(Config.load(null, both).otelEndpoint()).isEqualTo("http://b:4318");
    refused(null, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "b:1"), "OTEL_EXPORTER_OTLP_ENDPOINT");
  }

  @Test
  void environment_winsOverTheFile() throws IOException {
    Path file = file("http: {port: 1, bodyBytesMax: 2048}\npostgres: {readers: 3, user: a}\n");
    Config config =
        Config.load(
            file, Map.of("ANNALS_HTTP_BODY_BYTES_MAX", " 4096 ", "ANNALS_POSTGRES_USER", "b"));
    assertThat(config.http().port()).isEqualTo(1);
    assertThat(config.http().bodyBytesMax()).isEqualTo(4096);
    assertThat(config.stores().get("postgres").getInteger("readers")).isEqualTo(3);
    assertThat(config.stores().get("postgres").getString("user")).isEqualTo("b");
  }

  @Test
  void lists_areWrittenAsListsOrWithCommas() throws IOException {
    List<String> origins = List.of("https://a.example", "http://localhost:3000");
    List<String> proxies = List.of("10.0.0.0/8", "::1");
    String yaml = "http: {cors: {origins: %s}, trustedProxies: %s}";
    for (Config config :
        List.of(
            Config.load(
                file(
                    yaml.formatted(
                        "['" + String.join("', '", origins) + "']", "[10.0.0.0/8, '::1']")),
                Map.of()),
            Config.load(
                file(yaml.formatted("'" + String.join(", ", origins) + "'", "'10.0.0.0/8,::1'")),
                Map.of()),
            Config.load(
                file(yaml.formatted("['*']", "10.1.1.1")),
                Map.of(
                    "ANNALS_HTTP_CORS_ORIGINS", " https://a.example , http://localhost:3000,",
                    "ANNALS_HTTP_TRUSTED_PROXIES", "10.0.0.0/8,::1")))) {
      assertThat(config.http().corsOrigins()).isEqualTo(origins);
      assertThat(config.http().trustedProxies()).isEqualTo(proxies);
    }
    Config none = Config.load(file("http: {trustedProxies: []}"), Map.of());
    assertThat(none.http().trustedProxies()).isEmpty();
    assertThat(none.http().corsOrigins()).isEmpty();
  }

  @Test
  void tls_needsCertificateAndKey() {
    assertThat(Config.load(null, Map.of()).http().tls()).isNull();
    assertThat(Config.load(null, Map.of()).http().scheme()).isEqualTo("http");
    HttpSettings http =
        Config.load(
                null,
                Map.of(
                    "ANNALS_HTTP_TLS_CERT_FILE", "/etc/a.pem",
                    "ANNALS_HTTP_TLS_KEY_FILE", "/etc/b.pem",
                    "ANNALS_HTTP_CONNECTIONS_MAX", "7"))
            .http();
    assertThat(http.tls()).isEqualTo(new TlsFiles(Path.of("/etc/a.pem"), Path.of("/etc/b.pem")));
    assertThat(http.scheme()).isEqualTo("https");
    assertThat(http.connectionsMax()).isEqualTo(7);
    refused(null, Map.of("ANNALS_HTTP_TLS_CERT_FILE", "/etc/a.pem"), "http.tls.keyFile");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "htpp: {port: 1}|htpp",
        "http: {prot: 1}|http.prot",
        "http: {port: x}|http.port",
        "http: {port: 1.5}|http.port",
        "http: {port: true}|http.port",
        "http: {port: 99999999999}|http.port",
        "http: {port: 65536}|http.port",
        "http: {port: -1}|http.port",
        "http: {port: }|http.port",
        "http: {port: [1]}|http.port",
        "http: {port: {a: 1}}|http.port",
        "http: {host: }|http.host",
        "http: {host: ''}|http.host",
        "http: {host: [a]}|http.host",
        "http: 5|http",
        "log: {format: xml}|log.format",
        "log: {requests: maybe}|log.requests",
        "otel: {endpoint: 'collector:4318'}|otel.endpoint",
        "otel: {endpoint: 'http://ada:secret@collector:4318'}|otel.endpoint",
        "otel: {endpoint: 'http://a b'}|otel.endpoint",
        "otel: {endpoint: 'http://[bad:4318'}|otel.endpoint",
        "otel: {endpoint: 'http://collector:99999'}|otel.endpoint",
        "http: {bodyBytesMax: 1}|http.bodyBytesMax",
        "http: {connectionsMax: 0}|http.connectionsMax",
        "http: {cors: {origins: ['*', 'https://a.example']}}|http.cors.origins",
        "http: {cors: {origins: ['https://a.example/']}}|http.cors.origins",
        "http: {cors: {origins: ['https://A.example']}}|http.cors.origins",
        "http: {cors: {origins: ['https://a.example:443']}}|http.cors.origins",
        "http: {cors: {origins: a.example}}|http.cors.origins",
        "http: {cors: {origins: [[a]]}}|http.cors.origins",
        "http: {cors: {origins: [null]}}|http.cors.origins",
        "http: {cors: {origins: }}|http.cors.origins",
        "http: {cors: '*'}|http.cors",
        "http: {tls: {certFile: a.pem}}|http.tls.keyFile",
        "http: {tls: {keyFile: a.pem}}|http.tls.certFile",
        "http: {tls: {certFile: a.pem, keyFile: ''}}|http.tls.keyFile",
        "http: {trustedProxies: [10.0.0.0/33]}|http.trustedProxies",
        "http: {trustedProxies: proxy.example}|http.trustedProxies",
        "auth: {keyFile: [a, b]}|auth.keyFile",
        "auth: {jwksUri: 'http://example.com/keys'}|auth.jwksUri",
        "auth: {issuer: x}|auth.issuer",
        "storage: {audit: oracle}|oracle",
        "storage: {activity: oracle}|oracle",
        "storage: {activity: }|storage.activity",
        "activity: {retentionDays: 0}|activity.retentionDays",
        "activity: {retentionDays: 3651}|activity.retentionDays",
        "activity: {searchMillisMax: 0}|activity.searchMillisMax",
        "activity: {searchMillisMax: 10001}|activity.searchMillisMax",
        "limits: {tenant: {requestsPerSecond: -1}}|limits.tenant.requestsPerSecond",
        "limits: {tenant: {eventsPerSecond: 10000001}}|limits.tenant.eventsPerSecond",
        "limits: {credential: {requestsPerSecond: 1.5}}|limits.credential.requestsPerSecond",
        "limits: {credential: {eventPerSecond: 1}}|limits.credential.eventPerSecond",
        "limits: {tenant: 5}|limits.tenant",
        "limits: {burstSeconds: 0}|limits.burstSeconds",
        "limits: {burstSeconds: 3601}|limits.burstSeconds",
        "limits: {failuresPerMinute: -1}|limits.failuresPerMinute",
        "memory: {broken: maybe}|memory.broken",
        "memory: {broken: 1}|memory.broken",
        "memory: {broken: }|memory.broken",
        "postgres: {user: [x]}|postgres.user",
        "postgres: {readers: many}|postgres.readers",
        "http: {port: 1, port: 2}|port",
        "- a|annals.yaml",
        "just text|annals.yaml",
        "'{'|annals.yaml"
      })
  void badFile_isRefusedNamingWhatIsWrong(String yaml, String named) throws IOException {
    refused(file(yaml.equals("{") ? "{" : yaml), Map.of(), named);
  }

  @Test
  void whatIsNoPath_isRefusedNamingTheSetting() throws IOException {
    refused(file("data: {dir: \"a\\0\"}"), Map.of(), "data.dir");
    refused(file("auth: {keyFile: \"a\\0\"}"), Map.of(), "auth.keyFile");
    refused(file("http: {tls: {certFile: a, keyFile: \"a\\0\"}}"), Map.of(), "http.tls.keyFile");
  }

  @Test
  void valueOfSeveralLines_isQuotedInOne() throws IOException {
    refused(file("http: {port: \"1\\n2\"}"), Map.of(), "http.port", "\"1 2\"");
    refused(file("\"a\\u2028b\": 1"), Map.of(), "unknown setting a b");
  }

  @Test
  void limits_areOff_unlessTheyAreSet() throws IOException {
    LimitSettings limits = Config.load(null, Map.of()).limits();
    assertThat(limits.hasRates()).isFalse();
    assertThat(limits.failuresPerMinute()).isEqualTo(30);
    assertThat(
            Config.load(
                    file("limits: {tenant: {requestsPerSecond: 100}, burstSeconds: 5}\n"),
                    Map.of(
                        "ANNALS_LIMITS_TENANT_EVENTS_PER_SECOND", "5000",
                        "ANNALS_LIMITS_CREDENTIAL_REQUESTS_PER_SECOND", "10",
                        "ANNALS_LIMITS_FAILURES_PER_MINUTE", "0"))
                .limits())
        .isEqualTo(new LimitSettings(new Rates(100, 5000), new Rates(10, 0), 5, 0));
  }

  @Test
  void stores_areChosenForWhatTheyCanKeep() throws IOException {
    Config config =
        Config.load(
            file("storage: {audit: memory, activity: timeline}\nmemory: {broken: true}\n"),
            Map.of("ANNALS_TIMELINE_BROKEN", " true "));
    assertThat(config.storage()).isEqualTo(Map.of(Role.AUDIT, "memory", Role.ACTIVITY, "timeline"));
    assertThat(config.stores().get("memory").getBoolean("broken")).isTrue();
    assertThat(config.stores().get("timeline").getBoolean("broken")).isTrue();
    assertThatThrownBy(() -> Config.load(null, Map.of("ANNALS_STORAGE_AUDIT", "timeline")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "the store timeline cannot keep audit trails; storage.audit can be: memory, postgres");
  }

  @Test
  void missingFile_isRefused() {
    Path missing = directory.resolve("none.yaml");
    refused(missing, Map.of(), missing.toString());
  }

  @Test
  void unknownVariable_isRefusedNamingThoseThereAre() {
    refused(null, Map.of("ANNALS_HTTP_PROT", "1"), "ANNALS_HTTP_PROT", "ANNALS_HTTP_PORT");
    refused(null, Map.of("ANNALS_HTTP", "1"), "ANNALS_HTTP");
    refused(null, Map.of("ANNALS_HTTP_PORT", ""), "ANNALS_HTTP_PORT");
    refused(null, Map.of("ANNALS_STORAGE_AUDIT", "x"), "\"x\"", "storage.audit", "postgres");
    refused(null, Map.of("ANNALS_STORAGE_ACTIVITY", "x"), "\"x\"", "storage.activity");
    refused(null, Map.of("ANNALS_ACTIVITY_RETENTION_DAYS", "0"), "activity.retentionDays", "3650");
  }
}
