package io.annals.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.config.ConfigException;
import io.annals.http.TlsFiles;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TlsMaterialTest {
  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws TimeoutException {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private static X509Bundle certificate(Algorithm algorithm) throws Exception {
    return new CertificateBuilder()
        .subject("CN=annals.example")
        .algorithm(algorithm)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private TlsFiles files(String chain, String key) throws IOException {
    return new TlsFiles(
        Files.writeString(directory.resolve("cert.pem"), chain),
        Files.writeString(directory.resolve("key.pem"), key));
  }

  private void refused(String chain, String key, String... parts) throws IOException {
    TlsMaterial material = TlsMaterial.read(files(chain, key));
    assertThatThrownBy(() -> material.check(vertx))
        .isInstanceOf(ConfigException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n", "PRIVATE KEY");
  }

  @ParameterizedTest
  @EnumSource(
      value = Algorithm.class,
      names = {"rsa2048", "ecp256", "ecp384"})
  void pair_isGood(Algorithm algorithm) throws Exception {
    X509Bundle bundle = certificate(algorithm);
    TlsMaterial material =
        TlsMaterial.read(files(bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM()));
    assertThat(material.check(vertx)).isEqualTo(bundle.getCertificate());
    assertThat(material.toString()).doesNotContain("PRIVATE KEY");
  }

  @Test
  void keyOfAnotherCertificate_isRefused() throws Exception {
    for (Algorithm algorithm : new Algorithm[] {Algorithm.ecp256, Algorithm.rsa2048}) {
      refused(
          certificate(Algorithm.ecp256).getCertificatePathPEM(),
          certificate(algorithm).getPrivateKeyPEM(),
          "http.tls.keyFile",
          "key.pem is not the key",
          "cert.pem");
    }
  }

  @Test
  void certificateOfAnotherKind_isRefused() throws Exception {
    X509Bundle bundle = certificate(Algorithm.ed25519);
    refused(bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM(), "cert.pem", "RSA or EC");
  }

  @Test
  void filesThatHoldSomethingElse_areNamed() throws Exception {
    X509Bundle bundle = certificate(Algorithm.ecp256);
    String chain = bundle.getCertificatePathPEM();
    String key = bundle.getPrivateKeyPEM();
    refused("", key, "http.tls.certFile", "cert.pem");
    refused("x", key, "http.tls.certFile", "cert.pem");
    refused(key, chain, "http.tls.certFile", "cert.pem");
    refused(chain.replaceFirst("[A-Za-z]{9}", "AAAAAAAAA"), key, "http.tls.certFile");
    refused(chain, "", "http.tls.keyFile", "key.pem");
    refused(chain, chain, "http.tls.keyFile", "key.pem");
    refused(chain, key.replace("PRIVATE", "ENCRYPTED PRIVATE"), "http.tls.keyFile", "encrypted");
  }

  @Test
  void fileThatIsNotThere_isNamed() throws IOException {
    TlsFiles files = files("x", "x");
    Files.delete(files.keyFile());
    assertThatThrownBy(() -> TlsMaterial.read(files))
        .isInstanceOf(ConfigException.class)
        .hasMessage("http.tls.keyFile " + files.keyFile() + " cannot be read");
  }
}
