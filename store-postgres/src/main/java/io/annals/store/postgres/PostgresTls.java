package io.annals.store.postgres;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What {@code sslmode} of the URI means, the same for both drivers: up to {@code require} any
 * certificate is taken, beyond it has to be signed by somebody whom the JVM's trust store knows.
 */
final class PostgresTls {
  /** Tells the JDBC driver to look into the JVM's trust store too. */
  static final String JDBC_TRUST = "&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory";

  private PostgresTls() {}

  /** Whether the server has to prove who it is. */
  static boolean isVerified(SslMode mode) {
    return mode == SslMode.VERIFY_CA || mode == SslMode.VERIFY_FULL;
  }

  /** Adds what the reactive driver needs beside the mode; without it, it cannot use TLS at all. */
  static void apply(PgConnectOptions options) {
    SslMode mode = options.getSslMode();
    ClientSSLOptions tls = new ClientSSLOptions();
    tls.setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
    if (isVerified(mode)) {
      tls.setTrustOptions(TrustOptions.wrap(trustManager()));
    } else {
      tls.setTrustAll(true);
    }
    options.setSslOptions(tls);
  }

  private static X509TrustManager trustManager() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      @Nullable KeyStore ofTheJvm = null;
      factory.init(ofTheJvm);
      TrustManager first = Arrays.asList(factory.getTrustManagers()).get(0);
      return (X509TrustManager) first;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JVM has no trust store", e);
    }
  }
}
