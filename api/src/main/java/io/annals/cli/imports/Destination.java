package io.annals.cli.imports;

import io.annals.model.TenantId;
import java.net.URI;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The server that an import goes to, and on whose behalf.
 *
 * @param url the address of its API, {@code http://127.0.0.1:8080}
 * @param tenant whose log it is
 * @param credential a bearer token, asked for anew for each request
 * @param patience how long a request is tried again
 * @param trust what its certificate is checked with, or null for what the JVM trusts
 */
public record Destination(
    URI url,
    TenantId tenant,
    Supplier<String> credential,
    Patience patience,
    @Nullable SSLContext trust) {

  /** A server that needs no trust beyond the JVM's. */
  public Destination(URI url, TenantId tenant, Supplier<String> credential, Patience patience) {
    this(url, tenant, credential, patience, null);
  }

  URI resolve(String path) {
    return URI.create(url.toString().replaceFirst("/+$", "") + path);
  }
}
