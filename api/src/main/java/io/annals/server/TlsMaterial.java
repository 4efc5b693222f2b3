package io.annals.server;

import io.annals.config.ConfigException;
import io.annals.http.TlsFiles;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.X509KeyManager;

/**
 * The server's certificate chain and private key, as their files held them at a moment.
 *
 * @param files where they are from
 */
record TlsMaterial(TlsFiles files, Buffer chain, Buffer key) {
  private static final int BYTES_MAX = 1024 * 1024;

  /** By the algorithm of a key, one that can tell whether it belongs to a certificate. */
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

  /**
   * Reads the files; blocks.
   *
   * @throws ConfigException if one cannot be read
   */
  static TlsMaterial read(TlsFiles files) {
    return new TlsMaterial(
        files,
        read("http.tls.certFile", files.certFile()),
        read("http.tls.keyFile", files.keyFile()));
  }

  private static Buffer read(String setting, Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new ConfigException(setting + " " + file + " is too large to be a PEM file");
      }
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ConfigException(setting + " " + file + " cannot be read");
    }
  }

  PemKeyCertOptions options() {
    return new PemKeyCertOptions().addCertValue(chain).addKeyValue(key);
  }

  /**
   * Sees to it that clients can be served with these; blocks.
   *
   * @return the server's own certificate
   * @throws ConfigException in one line, if the files hold something else than they should, or if
   *     the key is not the certificate's
   */
  X509Certificate check(Vertx vertx) {
    X509Certificate certificate = certificate();
    String algorithm = certificate.getPublicKey().getAlgorithm();
    if (!SIGNATURES.containsKey(algorithm)) {
      throw new ConfigException(
          "http.tls.certFile %s is for a key of the kind %s; use RSA or EC"
              .formatted(files.certFile(), algorithm));
    }
    if (!isPair(certificate.getPublicKey(), vertx)) {
      throw new ConfigException(
          "http.tls.keyFile %s is not the key, as PEM and not encrypted, of http.tls.certFile %s"
              .formatted(files.keyFile(), files.certFile()));
    }
    return certificate;
  }

  private X509Certificate certificate() {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(chain.getBytes()))
              .iterator()
              .next();
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new ConfigException(
          "http.tls.certFile " + files.certFile() + " is not a certificate as PEM");
    }
  }

  /** A key store takes any key for any certificate; only clients would notice. */
  private boolean isPair(PublicKey publicKey, Vertx vertx) {
    byte[] text = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance(SIGNATURES.get(publicKey.getAlgorithm()));
      signature.initSign(privateKey(publicKey.getAlgorithm(), vertx));
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(text);
      return signature.verify(signed);
    } catch (Exception e) { // of many kinds, from parsers of PEM too
      return false;
    }
  }

  private PrivateKey privateKey(String algorithm, Vertx vertx) throws Exception {
    X509KeyManager keys =
        (X509KeyManager) options().getKeyManagerFactory(vertx).getKeyManagers()[0];
    return keys.getPrivateKey(keys.getServerAliases(algorithm, null)[0]);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return files.toString();
  }
}
