package io.annals.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The credential audit stream, which has the most to do for an event (totals), as both sides see
 * it: JSON items for Annals, arrays of columns for the bare driver. Same values, same table.
 */
final class CredentialAudit {
  /** The insert of n rows, alone: no conflict check, no totals, no row-level security. */
  static final String INSERT =
      """
      INSERT INTO annals.credential_audit (tenant_id, id, created_at, facet, integration_auth_id,
        integration_kind, operation, sensitivity, user_id, actor, request_id, success)
      SELECT $1::uuid, * FROM unnest($2::uuid[], $3::bigint[], $4::smallint[], $5::uuid[],
        $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::boolean[])""";

  /** The same for one row, as a plain statement. */
  static final String INSERT_ONE =
      """
      INSERT INTO annals.credential_audit (tenant_id, id, created_at, facet, integration_auth_id,
        integration_kind, operation, sensitivity, user_id, actor, request_id, success)
      VALUES ($1::uuid, $2::uuid, $3::bigint, $4::smallint, $5::uuid,
        $6::text, $7::text, $8::text, $9::text, $10::text, $11::text, $12::boolean)""";

  private static final String[] SENSITIVITIES = {
    "UNSPECIFIED", "STANDARD", "PII", "PHI", "FINANCIAL", "REGULATED"
  };
  private static final String[] OPERATIONS = {"UNSPECIFIED", "DECRYPT", "SIGN", "ENCRYPT"};

  private CredentialAudit() {}

  static String path(String tenant) {
    return "/v1/tenants/" + tenant + "/credentialAuditEvents";
  }

  static String items(int count) {
    JsonArray items = new JsonArray();
    for (int i = 0; i < count; i++) {
      items.add(
          new JsonObject()
              .put("integrationAuthId", "0cb1e29c-658c-4a14-95e6-0af593bd04cf")
              .put("integrationKind", "salesforce")
              .put("operation", OPERATIONS[i % 4])
              .put("sensitivity", SENSITIVITIES[i % 6])
              .put("userId", "user_" + i)
              .put("actor", "billing-worker")
              .put("requestId", "req_9f27c1e0")
              .put("success", i % 10 != 0));
    }
    return new JsonObject().put("items", items).encode();
  }

  static Tuple rows(UUID tenant, int count) {
    long now = System.currentTimeMillis();
    UUID[] ids = new UUID[count];
    Long[] times = new Long[count];
    Short[] facets = new Short[count];
    UUID[] auths = new UUID[count];
    String[][] texts = new String[6][count];
    Boolean[] successes = new Boolean[count];
    for (int i = 0; i < count; i++) {
      ids[i] = timeOrdered(now);
      times[i] = now;
      facets[i] = (short) (i % 48);
      auths[i] = UUID.fromString("0cb1e29c-658c-4a14-95e6-0af593bd04cf");
      texts[0][i] = "salesforce";
      texts[1][i] = OPERATIONS[i % 4];
      texts[2][i] = SENSITIVITIES[i % 6];
      texts[3][i] = "user_" + i;
      texts[4][i] = "billing-worker";
      texts[5][i] = "req_9f27c1e0";
      successes[i] = i % 10 != 0;
    }
    Tuple rows = Tuple.of(tenant).addValue(ids).addValue(times).addValue(facets).addValue(auths);
    for (String[] column : texts) {
      rows.addValue(column);
    }
    return rows.addValue(successes);
  }

  static Tuple row(UUID tenant) {
    long now = System.currentTimeMillis();
    return Tuple.of(tenant, timeOrdered(now), now, (short) 1)
        .addValue(UUID.fromString("0cb1e29c-658c-4a14-95e6-0af593bd04cf"))
        .addValue("salesforce")
        .addValue("DECRYPT")
        .addValue("PII")
        .addValue("user_4821")
        .addValue("billing-worker")
        .addValue("req_9f27c1e0")
        .addValue(true);
  }

  /** A UUIDv7, cheap, so that making ids is no work for the bare driver. */
  private static UUID timeOrdered(long millis) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(
        millis << 16 | 0x7000 | random.nextInt(0x1000),
        0x8000000000000000L | random.nextLong() >>> 2);
  }
}
