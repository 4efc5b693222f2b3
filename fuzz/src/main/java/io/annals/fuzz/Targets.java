package io.annals.fuzz;

import io.annals.audit.AuditResource;
import io.annals.auth.KeySetTarget;
import io.annals.auth.TokenTarget;
import io.annals.cli.imports.ImportTarget;
import io.annals.http.AddressTarget;
import io.annals.http.GunzipTarget;
import io.annals.ingest.LineTarget;
import io.annals.list.CursorTarget;
import io.annals.oauth.FormTarget;
import io.annals.search.DigestTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** All targets by name; each has its corpus under that name. */
final class Targets {
  /** The only one that needs a server; it is given the address of a database. */
  static final String REQUESTS = "requests";

  /** All at once: every input is checked by each. */
  static final String EVERY = "every";

  private static final Map<String, Callable<Target>> ALL =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("access-log", ImportTarget::ofAccessLogs),
              Map.entry("activity", () -> new BodyTarget(Batch.ofActivity())),
              Map.entry("addresses", AddressTarget::new),
              Map.entry("api-keys", ApiKeyTarget::new),
              Map.entry("audit-events", () -> new BodyTarget(Batch.of(AuditResource.ALL.get(1)))),
              Map.entry("audit-log", () -> new BodyTarget(Batch.of(AuditResource.ALL.get(2)))),
              Map.entry("cloudtrail", ImportTarget::ofCloudTrail),
              Map.entry("config", ConfigTarget::new),
              Map.entry("credentials", () -> new BodyTarget(Batch.of(AuditResource.ALL.get(0)))),
              Map.entry("cursors", CursorTarget::new),
              Map.entry("digests", DigestTarget::new),
              Map.entry("forms", FormTarget::new),
              Map.entry("gzip", GunzipTarget::new),
              Map.entry("key-sets", KeySetTarget::new),
              Map.entry("lines", LineTarget::new),
              Map.entry("ndjson", ImportTarget::ofAuditLog),
              Map.entry("queries", QueryTarget::new),
              Map.entry(REQUESTS, RequestTarget::new),
              Map.entry("times", TimeTarget::new),
              Map.entry("tokens", TokenTarget::new)));

  private Targets() {}

  /** The names in their order. */
  static Set<String> names() {
    return ALL.keySet();
  }

  /**
   * Prepares a target, or {@link #EVERY} one.
   *
   * @throws IllegalArgumentException if none has this name
   */
  static Target open(String name) throws Exception {
    if (name.equals(EVERY)) {
      return every();
    }
    Callable<Target> target = ALL.get(name);
    if (target == null) {
      throw new IllegalArgumentException("no target " + name + "; there are: " + ALL.keySet());
    }
    return target.call();
  }

  private static Target every() throws Exception {
    List<Target> targets = new ArrayList<>();
    for (Callable<Target> target : ALL.values()) {
      targets.add(target.call());
    }
    return input -> {
      for (Target target : targets) {
        target.check(input);
      }
    };
  }
}
