package io.annals.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the API is served.
 *
 * @param host the address that it listens on
 * @param port 0 for any free one
 * @param bodyBytesMax the largest body that is read into memory
 * @param connectionsMax open at a time; those beyond are closed at once
 * @param corsOrigins of the pages of others that may read answers: {@code *}, or exact ones
 * @param tls what to prove itself with, or null to serve without TLS
 * @param trustedProxies addresses and CIDR blocks of those who are believed for whom they forward
 */
public record HttpSettings(
    String host,
    int port,
    int bodyBytesMax,
    int connectionsMax,
    List<String> corsOrigins,
    @Nullable TlsFiles tls,
    List<String> trustedProxies) {

  /**
   * Checks the lists.
   *
   * @throws IllegalArgumentException naming the setting ({@code http.…}) that is wrong
   */
  public HttpSettings {
    corsOrigins = Cors.checked(corsOrigins);
    trustedProxies = List.copyOf(trustedProxies);
    trustedProxies.forEach(IpBlock::of);
  }

  /** What addresses of this server start with. */
  public String scheme() {
    return tls == null ? "http" : "https";
  }
}
