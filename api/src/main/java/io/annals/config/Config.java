package io.annals.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.annals.auth.AuthSettings;
import io.annals.auth.KeyFile;
import io.annals.http.HttpSettings;
import io.annals.http.TlsFiles;
import io.annals.limits.LimitSettings;
import io.annals.limits.LimitSettings.Rates;
import io.annals.log.LogSettings;
import io.annals.store.ActivityPolicy;
import io.annals.store.StoreProvider;
import io.annals.store.StoreProvider.Role;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration, checked.
 *
 * @param limits how often callers may call
 * @param log how the log is written
 * @param otelEndpoint where spans are sent by OTLP, if they are
 * @param http how the API is served
 * @param activity how API request activity is kept
 * @param storage the names of the stores that are chosen
 * @param stores the sections of all stores by name, defaults filled in
 */
public record Config(
    HttpSettings http,
    int managementPort,
    Path dataDir,
    Path keyFile,
    AuthSettings auth,
    LimitSettings limits,
    LogSettings log,
    @Nullable String otelEndpoint,
    ActivityPolicy activity,
    Map<Role, String> storage,
    Map<String, JsonObject> stores) {

  /** The variable that names the configuration file. */
  public static final String FILE_VARIABLE = "ANNALS_CONFIG";

  private static final int PORT_MAX = 65_535;

  /** The variable of the OpenTelemetry specification for the same as {@code otel.endpoint}. */
  private static final String OTEL_VARIABLE = "OTEL_EXPORTER_OTLP_ENDPOINT";

  /** Twenty years, the longest that Cassandra keeps a row with an end, is beyond it. */
  private static final int RETENTION_DAYS_MAX = 3650;

  private static final int SEARCH_MILLIS_MAX = 10_000;

  /** More than a server can do. */
  private static final int RATE_MAX = 10_000_000;

  private static final int BURST_SECONDS_MAX = 3600;

  private static final Map<Role, String> KEPT =
      Map.of(Role.AUDIT, "audit trails", Role.ACTIVITY, "activity");

  /**
   * Loads the configuration.
   *
   * @param file a YAML file, or null for none
   * @throws ConfigException if a setting is unknown or cannot be what it is, in one line
   */
  public static Config load(@Nullable Path file, Map<String, String> environment) {
    List<StoreProvider> providers = StoreProvider.all();
    Settings settings = new Settings(defaults(providers));
    if (file != null) {
      settings.merge(file);
    }
    settings.merge(environment);
    return of(settings.tree(), providers, environment);
  }

  /** The shipped defaults, each with its comment, as YAML. */
  public static String defaults() {
    return String.join("\n", defaults(StoreProvider.all()));
  }

  private static List<String> defaults(List<StoreProvider> providers) {
    List<String> defaults = new ArrayList<>();
    defaults.add(resource(Config.class, "annals.yaml"));
    providers.forEach(p -> defaults.add(resource(p.getClass(), "annals-" + p.name() + ".yaml")));
    return defaults;
  }

  private static String resource(Class<?> owner, String name) {
    try (InputStream in = owner.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Config of(
      JsonNode tree, List<StoreProvider> providers, Map<String, String> environment) {
    JsonNode auth = tree.get("auth");
    Path dataDir = path("data.dir", required(tree, "data", "dir"));
    String keyFile = text(auth, "keyFile");
    Map<String, JsonObject> stores = new TreeMap<>();
    for (StoreProvider provider : providers) {
      stores.put(provider.name(), new JsonObject(tree.get(provider.name()).toString()));
    }
    if (port(tree, "http") == port(tree, "management") && port(tree, "http") != 0) {
      throw new ConfigException("http.port and management.port must not be the same");
    }
    try {
      return new Config(
          http(tree),
          port(tree, "management"),
          dataDir,
          keyFile == null ? KeyFile.in(dataDir) : path("auth.keyFile", keyFile),
          new AuthSettings(
              text(auth, "jwksUri"),
              text(auth, "jwksFile"),
              text(auth, "issuer"),
              text(auth, "audience")),
          limits(tree.get("limits")),
          LogSettings.of(
              required(tree, "log", "format"), tree.get("log").get("requests").asBoolean()),
          otelEndpoint(text(tree.get("otel"), "endpoint"), environment),
          new ActivityPolicy(
              bounded(tree, "activity", "retentionDays", 1, RETENTION_DAYS_MAX),
              bounded(tree, "activity", "searchMillisMax", 1, SEARCH_MILLIS_MAX),
              Clock.systemUTC()),
          Map.of(
              Role.AUDIT, store(tree, Role.AUDIT, providers),
              Role.ACTIVITY, store(tree, Role.ACTIVITY, providers)),
          stores);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable String otelEndpoint(
      @Nullable String own, Map<String, String> environment) {
    String name = own == null ? OTEL_VARIABLE : "otel.endpoint";
    String endpoint = own == null ? environment.get(OTEL_VARIABLE) : own;
    if (endpoint == null || endpoint.isBlank()) {
      return null;
    }
    if (!endpoint.matches("https?://[^/?#@]+(/[^?#]*)?") || !hasHostAndPort(endpoint)) {
      throw new ConfigException(name + " must be of the form http://host:4318");
    }
    return endpoint;
  }

  private static boolean hasHostAndPort(String address) {
    try {
      URI uri = new URI(address).parseServerAuthority();
      return uri.getHost() != null && uri.getPort() <= PORT_MAX;
    } catch (URISyntaxException malformed) {
      return false;
    }
  }

  private static LimitSettings limits(JsonNode limits) {
    return new LimitSettings(
        rates(limits, "tenant"),
        rates(limits, "credential"),
        bounded("limits", limits, "burstSeconds", 1, BURST_SECONDS_MAX),
        bounded("limits", limits, "failuresPerMinute", 0, RATE_MAX));
  }

  private static Rates rates(JsonNode limits, String owner) {
    String section = "limits." + owner;
    return new Rates(
        bounded(section, limits.get(owner), "requestsPerSecond", 0, RATE_MAX),
        bounded(section, limits.get(owner), "eventsPerSecond", 0, RATE_MAX));
  }

  private static HttpSettings http(JsonNode tree) {
    JsonNode http = tree.get("http");
    return new HttpSettings(
        required(tree, "http", "host"),
        port(tree, "http"),
        bounded(tree, "http", "bodyBytesMax", 1024, 1 << 30),
        bounded(tree, "http", "connectionsMax", 1, 1_000_000),
        list(http.get("cors"), "origins"),
        tls(text(http.get("tls"), "certFile"), text(http.get("tls"), "keyFile")),
        list(http, "trustedProxies"));
  }

  private static @Nullable TlsFiles tls(@Nullable String certFile, @Nullable String keyFile) {
    if (certFile == null && keyFile == null) {
      return null;
    }
    if (certFile == null || certFile.isBlank() || keyFile == null || keyFile.isBlank()) {
      throw new ConfigException("set http.tls.certFile and http.tls.keyFile both, or neither");
    }
    return new TlsFiles(path("http.tls.certFile", certFile), path("http.tls.keyFile", keyFile));
  }

  /** The name of the store that is chosen for this role. */
  private static String store(JsonNode tree, Role role, List<StoreProvider> providers) {
    String key = role.name().toLowerCase(Locale.ROOT);
    String name = required(tree, "storage", key);
    List<String> able =
        providers.stream()
            .filter(provider -> provider.roles().contains(role))
            .map(StoreProvider::name)
            .sorted()
            .toList();
    if (!able.contains(name)) {
      throw new ConfigException(
          "%s; storage.%s can be: %s"
              .formatted(
                  providers.stream().anyMatch(provider -> provider.name().equals(name))
                      ? "the store " + name + " cannot keep " + KEPT.get(role)
                      : "no store is called \"" + name + "\"",
                  key,
                  String.join(", ", able)));
    }
    return StoreProvider.named(name).name(); // refuses a name that several have
  }

  private static int port(JsonNode tree, String section) {
    return bounded(tree, section, "port", 0, PORT_MAX);
  }

  private static int bounded(JsonNode tree, String section, String key, int min, int max) {
    return bounded(section, tree.get(section), key, min, max);
  }

  private static int bounded(String name, JsonNode section, String key, int min, int max) {
    int value = section.get(key).asInt();
    if (value < min || value > max) {
      throw new ConfigException(
          "%s.%s must be from %d to %d, not %d".formatted(name, key, min, max, value));
    }
    return value;
  }

  private static Path path(String name, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new ConfigException(name + " is not a path: " + e.getReason());
    }
  }

  private static String required(JsonNode tree, String section, String key) {
    String text = text(tree.get(section), key);
    if (text == null || text.isBlank()) {
      throw new ConfigException(section + "." + key + " is missing");
    }
    return text;
  }

  private static @Nullable String text(JsonNode section, String key) {
    JsonNode value = section.get(key);
    return value.isNull() ? null : value.asText();
  }

  private static List<String> list(JsonNode section, String key) {
    List<String> items = new ArrayList<>();
    section.get(key).forEach(item -> items.add(item.asText()));
    return items;
  }
}
