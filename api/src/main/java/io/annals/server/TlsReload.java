package io.annals.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.ServerSSLOptions;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a server the new certificate and key when their files change. They are read every second,
 * not watched, as time stamps, renames and the links of mounted secrets are easily got wrong; and
 * taken when they have stood still for a second, as two files do not change at once.
 */
final class TlsReload {
  private static final long PERIOD_MILLIS = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger(TlsReload.class);

  private final Vertx vertx;
  private final HttpServer server;
  private TlsMaterial settled;
  private TlsMaterial seen;
  private @Nullable String complaint;

  /** For a server that serves with this; servers that share its port get the new one with it. */
  TlsReload(Vertx vertx, HttpServer server, TlsMaterial served) {
    this.vertx = vertx;
    this.server = server;
    settled = served;
    seen = served;
  }

  /** Looks into the files from now on, until the context that this is called on ends. */
  void start() {
    vertx.setTimer(
        PERIOD_MILLIS,
        id ->
            vertx
                .executeBlocking(() -> TlsMaterial.read(settled.files()))
                .compose(this::found)
                .onSuccess(v -> complaint = null)
                .onFailure(this::complain)
                .onComplete(v -> start()));
  }

  private Future<?> found(TlsMaterial found) {
    boolean isStill = found.equals(seen);
    seen = found;
    if (!isStill || found.equals(settled)) {
      return Future.succeededFuture();
    }
    settled = found; // also if it is bad: that is said once
    return vertx
        .executeBlocking(() -> found.check(vertx))
        .compose(certificate -> update(found).map(certificate))
        .onSuccess(TlsReload::announce);
  }

  private Future<?> update(TlsMaterial material) {
    return server.updateSSLOptions(options(material));
  }

  /** What a server needs to serve with this. */
  static ServerSSLOptions options(TlsMaterial material) {
    return new ServerSSLOptions().setKeyCertOptions(material.options()).setUseAlpn(true);
  }

  private static void announce(X509Certificate certificate) {
    LOG.info(
        "serving with the new certificate from now on, valid until {}",
        certificate.getNotAfter().toInstant());
  }

  private void complain(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (!message.equals(complaint)) {
      complaint = message;
      LOG.warn("the old certificate stays: {}", message);
    }
  }
}
