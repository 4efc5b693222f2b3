package io.annals.fuzz;

import io.annals.audit.AuditResource;
import io.annals.contract.ApiDocument;
import io.annals.contract.ApiOperation;
import io.annals.contract.ItemDecoder;
import io.annals.http.Dialect;
import io.annals.http.Dialects;
import io.annals.model.ActivityStream;
import io.annals.model.EventStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A batch that the API takes.
 *
 * @param items reads its items as the server does
 */
public record Batch(EventStream stream, ApiOperation.BatchSchema schema, ItemDecoder items) {
  /** So late that no time which is written in four digits lies ahead. */
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("9999-12-31T23:59:59Z"));

  /** The batches of all streams. */
  static List<Batch> all() {
    List<Batch> batches = new ArrayList<>(List.of(ofActivity()));
    for (AuditResource resource : AuditResource.ALL) {
      batches.add(of(resource));
    }
    return batches;
  }

  /** The batch of activity. */
  public static Batch ofActivity() {
    return of(Dialects.TENANT, "ingestActivity", ActivityStream.ACTIVITY, "service_account_id");
  }

  /** The batch of this audit stream. */
  public static Batch of(AuditResource resource) {
    return of(resource.dialect(), resource.appendOperation(), resource.stream(), "");
  }

  private static Batch of(Dialect dialect, String operationId, EventStream stream, String beside) {
    ApiOperation operation =
        ApiDocument.load(dialect.document()).operations().stream()
            .filter(candidate -> candidate.operationId().equals(operationId))
            .findFirst()
            .orElseThrow();
    ApiOperation.BatchSchema schema = operation.batch(dialect.itemsMember());
    return new Batch(
        stream,
        schema,
        new ItemDecoder(
            schema.item(), stream, dialect::snakeCase, beside, CLOCK, () -> new UUID(1, 2)));
  }
}
