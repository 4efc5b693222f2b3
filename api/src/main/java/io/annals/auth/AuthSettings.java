package io.annals.auth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens are accepted beside the installation's own. With neither a URI nor a file, nobody's.
 *
 * <p>A key set fetched over plain HTTP could be replaced on its way, and with it every tenant's
 * access be granted: {@code http} is accepted for this host only (localhost, 127.x.x.x, [::1]), as
 * when a sidecar serves the keys. Where TLS ends elsewhere, use a file.
 *
 * @param jwksUri where the key set is fetched, or null
 * @param jwksFile the file that holds the key set, or null
 * @param issuer what {@code iss} of external tokens must be, or null to accept any
 * @param audience what {@code aud} of external tokens must name, or null to accept any
 */
public record AuthSettings(
    @Nullable String jwksUri,
    @Nullable String jwksFile,
    @Nullable String issuer,
    @Nullable String audience) {

  /** Only the installation's own tokens. */
  public static final AuthSettings OWN_TOKENS_ONLY = new AuthSettings(null, null, null, null);

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1\\]");

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException naming the setting ({@code auth.…}) that is wrong
   */
  public AuthSettings {
    refuseBlank("auth.jwksUri", jwksUri);
    refuseBlank("auth.jwksFile", jwksFile);
    refuseBlank("auth.issuer", issuer);
    refuseBlank("auth.audience", audience);
    if (jwksUri != null && jwksFile != null) {
      throw new IllegalArgumentException("set auth.jwksUri or auth.jwksFile, not both");
    }
    if (jwksUri != null) {
      check(jwksUri);
    }
    if (Claims.OWN_ISSUER.equals(issuer)) {
      throw new IllegalArgumentException(
          "auth.issuer must not be '" + issuer + "': that is the server's own");
    }
    // A check that silently never happens is worse than none.
    if (jwksUri == null && jwksFile == null && (issuer != null || audience != null)) {
      throw new IllegalArgumentException(
          "auth.issuer and auth.audience need auth.jwksUri or auth.jwksFile beside them");
    }
  }

  private static void refuseBlank(String setting, @Nullable String value) {
    if (value != null && value.isBlank()) {
      throw new IllegalArgumentException(setting + " is empty: give it a value, or leave it out");
    }
  }

  private static void check(String jwksUri) {
    URI uri;
    try {
      uri = new URI(jwksUri);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("auth.jwksUri is not a URI: " + e.getReason(), e);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new IllegalArgumentException("auth.jwksUri is not an https URI with a host");
    }
    if (uri.getUserInfo() != null) {
      throw new IllegalArgumentException("auth.jwksUri must not hold a user or password");
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    if (scheme.equals("http") && !LOOPBACK.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "auth.jwksUri must be https, unless its host is this one (localhost)");
    }
  }
}
