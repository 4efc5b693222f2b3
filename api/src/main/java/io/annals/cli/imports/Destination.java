package io.annals.cli.imports;

import io.annals.model.TenantId;
import java.net.URI;
import java.util.function.Supplier;

/**
 * The server that an import goes to, and on whose behalf.
 *
 * @param url the address of its API, {@code http://127.0.0.1:8080}
 * @param tenant whose log it is
 * @param credential a bearer token, asked for anew for each request
 * @param patience how long a request is tried again
 */
public record Destination(
    URI url, TenantId tenant, Supplier<String> credential, Patience patience) {

  URI resolve(String path) {
    return URI.create(url.toString().replaceFirst("/+$", "") + path);
  }
}
