package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.auth.Eventually;
import io.annals.cli.imports.Destination;
import io.annals.cli.imports.Format;
import io.annals.cli.imports.Importer;
import io.annals.cli.imports.Patience;
import io.annals.cli.imports.Progress;
import io.annals.cli.imports.Source;
import io.annals.cli.imports.Tally;
import io.annals.cli.imports.TrustedCa;
import io.annals.http.GuardedTransport;
import io.annals.model.TenantId;
import io.annals.server.AnnalsServer;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsIT {
  @TempDir Path directory;
  private final Vertx vertx = GuardedTransport.vertx(100);
  private X509Bundle authority;
  private SSLContext trust;
  private AnnalsServer server;

  @BeforeEach
  void start() throws Exception {
    authority =
        new CertificateBuilder().subject("CN=CA").setIsCertificateAuthority(true).buildSelfSigned();
    trust =
        TrustedCa.read(
            Files.writeString(directory.resolve("ca.pem"), authority.getCertificatePEM()));
    write(certificate());
    server =
        ApiFixture.startServer(
            vertx,
            Map.of(
                "ANNALS_HTTP_TLS_CERT_FILE", directory.resolve("cert.pem").toString(),
                "ANNALS_HTTP_TLS_KEY_FILE", directory.resolve("key.pem").toString()));
  }

  @AfterEach
  void stop() {
    ApiFixture.await(server.stop());
    ApiFixture.await(vertx.close());
  }

  private X509Bundle certificate() throws Exception {
    return new CertificateBuilder()
        .subject("CN=annals")
        .addSanIpAddress("127.0.0.1")
        .buildIssuedBy(authority);
  }

  private void write(X509Bundle bundle) throws IOException {
    Files.writeString(directory.resolve("cert.pem"), bundle.getCertificatePathPEM());
    Files.writeString(directory.resolve("key.pem"), bundle.getPrivateKeyPEM());
  }

  private SSLSocket connect(String... protocols) throws IOException {
    URI uri = URI.create(server.url());
    SSLSocket socket =
        (SSLSocket) trust.getSocketFactory().createSocket(uri.getHost(), uri.getPort());
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.startHandshake();
    return socket;
  }

  /** The certificate that new connections are shown. */
  private @Nullable X509Certificate shown() {
    try (SSLSocket socket = connect()) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    } catch (IOException e) {
      return null;
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void api_isServedByEitherVersionOfHttp(Version version) throws Exception {
    assertThat(server.url()).startsWith("https://127.0.0.1:");
    HttpClient client = HttpClient.newBuilder().version(version).sslContext(trust).build();
    UUID tenant = UUID.randomUUID();
    HttpResponse<String> list =
        client.send(
            HttpRequest.newBuilder(URI.create(server.url() + Stream.LOG.path(tenant)))
                .header("Authorization", "Bearer " + ApiFixture.token(tenant))
                .header("X-Tenant-ID", tenant.toString())
                .build(),
            BodyHandlers.ofString());
    assertThat(list.version()).isEqualTo(version);
    assertThat(list.statusCode()).isEqualTo(200);
    HttpResponse<String> refusal =
        client.send(
            HttpRequest.newBuilder(URI.create(server.url() + "/nowhere")).build(),
            BodyHandlers.ofString());
    for (HttpResponse<String> answer : List.of(list, refusal)) {
      assertThat(answer.headers().firstValue("strict-transport-security"))
          .contains("max-age=31536000");
    }
    try (Wire plain = new Wire(server.managementUrl())) {
      Answer health = plain.send(Call.of("GET", "/health/ready").bytes()).read("GET");
      assertThat(health).isNotNull();
      assertThat(health.status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void protocol_isOneThatIsStillGood(String protocol) throws Exception {
    try (SSLSocket socket = connect(protocol)) {
      assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
    }
  }

  @Test
  void plainHttp_isNotServed() {
    try (Wire wire = new Wire(server.url())) {
      assertThat(wire.send(Call.of("GET", "/docs").bytes()).read("GET")).isNull();
    }
  }

  @Test
  void newFiles_areServedFromTheNextConnectionOn() throws Exception {
    X509Certificate first = shown();
    try (SSLSocket old = connect()) {
      for (int i = 0; i < 2; i++) {
        X509Bundle next = certificate();
        write(next);
        Eventually.within10Seconds(() -> assertThat(shown()).isEqualTo(next.getCertificate()));
      }
      assertThat(old.getSession().getPeerCertificates()[0]).isEqualTo(first);
      old.getOutputStream().write(Call.of("GET", "/docs").bytes());
      assertThat(old.getInputStream().read()).isEqualTo('H');
    }
    assertThat(ApiFixture.takeErrors()).isEmpty();
  }

  @Test
  void badFiles_areLoggedAndTheOldStay() throws Exception {
    X509Certificate first = shown();
    Files.writeString(directory.resolve("key.pem"), certificate().getPrivateKeyPEM());
    Eventually.within10Seconds(() -> assertThat(logged()).contains("is not the key"));
    assertThat(shown()).isEqualTo(first);
    Files.delete(directory.resolve("key.pem"));
    Eventually.within10Seconds(() -> assertThat(logged()).contains("cannot be read"));
    assertThat(shown()).isEqualTo(first);
    X509Bundle good = certificate();
    write(good);
    Eventually.within10Seconds(() -> assertThat(shown()).isEqualTo(good.getCertificate()));
    assertThat(logged()).as("said again").isEmpty();
  }

  private static String logged() {
    return String.join("\n", ApiFixture.takeErrors());
  }

  @Test
  void badFiles_stopTheStart() throws Exception {
    Files.writeString(directory.resolve("key.pem"), "x");
    Vertx other = Vertx.vertx();
    try {
      Map<String, String> settings =
          Map.of(
              "ANNALS_HTTP_TLS_CERT_FILE", directory.resolve("cert.pem").toString(),
              "ANNALS_HTTP_TLS_KEY_FILE", directory.resolve("key.pem").toString());
      assertThatThrownBy(() -> ApiFixture.startServer(other, settings))
          .hasMessageContaining("http.tls.keyFile");
    } finally {
      ApiFixture.await(other.close());
      ApiFixture.takeErrors();
    }
  }

  @Test
  void import_trustsTheAuthorityThatItIsTold() throws Exception {
    List<Source> sources =
        List.of(Source.file(Path.of("..", "docs", "examples", "cloudtrail.json")));
    UUID tenant = UUID.randomUUID();
    for (SSLContext context : new SSLContext[] {trust, SSLContext.getDefault()}) {
      Destination destination =
          new Destination(
              URI.create(server.url()),
              new TenantId(tenant),
              () -> ApiFixture.token(tenant),
              Patience.DEFAULT,
              context);
      Tally tally =
          new Importer(destination, Progress.NONE)
              .run(Format.named("cloudtrail").orElseThrow(), sources);
      if (context == trust) {
        assertThat(tally.failures()).isEmpty();
      } else {
        assertThat(tally.failures()).singleElement().asString().contains("--ca-file");
      }
    }
    assertThatThrownBy(() -> TrustedCa.read(directory.resolve("key.pem")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("key.pem");
    assertThatThrownBy(() -> connect("TLSv1.1")).isInstanceOf(SSLException.class);
  }
}
