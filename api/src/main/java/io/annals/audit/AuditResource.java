package io.annals.audit;

import io.annals.http.Dialect;
import io.annals.http.Dialects;
import io.annals.model.AuditStreams;
import io.annals.model.EventStream;
import io.annals.model.Field;
import java.util.List;
import java.util.Map;

/**
 * An audit stream as an API serves it.
 *
 * @param listOperation the operationId that reads it
 * @param appendOperation the operationId that writes it
 * @param filterFields the fields behind those parameters whose name is not the field's own
 */
public record AuditResource(
    EventStream stream,
    Dialect dialect,
    String listOperation,
    String appendOperation,
    Map<String, String> filterFields) {

  /** All of them. */
  public static final List<AuditResource> ALL =
      List.of(
          new AuditResource(
              AuditStreams.CREDENTIAL_AUDIT,
              Dialects.TENANT,
              "listCredentialAuditEvents",
              "appendCredentialAuditEvents",
              Map.of("successOnly", "success")),
          new AuditResource(
              AuditStreams.AUDIT_EVENTS,
              Dialects.EVENTS,
              "listAuditEvents",
              "appendAuditEvents",
              Map.of()),
          new AuditResource(
              AuditStreams.AUDIT_LOG, Dialects.LOG, "listAuditLog", "appendAuditLog", Map.of()));

  /** The field that a parameter filters by. */
  Field fieldOf(String parameter) {
    return stream.field(filterFields.getOrDefault(parameter, dialect.snakeCase(parameter)));
  }
}
