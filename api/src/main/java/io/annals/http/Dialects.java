package io.annals.http;

/** The dialects that are served. */
public final class Dialects {
  /** Credential audit, keys and activity: camel case, epoch milliseconds, problem+json. */
  public static final Dialect TENANT = new TenantDialect();

  /** Audit events: snake case, date-times, explicit nulls. */
  public static final Dialect EVENTS = new EventsDialect();

  /** The audit log: snake case, date-times, errors with codes. */
  public static final Dialect LOG = new LogDialect();

  private Dialects() {}

  /** The dialect that a path is answered in, also where nothing is served. */
  public static Dialect ofPath(String path) {
    if (isAt(path, "/v1/audit/events")) {
      return EVENTS;
    }
    return isAt(path, "/v1/audit-log") ? LOG : TENANT;
  }

  private static boolean isAt(String path, String root) {
    return path.equals(root) || path.startsWith(root + "/");
  }
}
