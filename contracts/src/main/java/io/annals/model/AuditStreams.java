package io.annals.model;

import static io.annals.model.Field.Type.BOOLEAN;
import static io.annals.model.Field.Type.INT32;
import static io.annals.model.Field.Type.INT64;
import static io.annals.model.Field.Type.JSON;
import static io.annals.model.Field.Type.NUMBER;
import static io.annals.model.Field.Type.TEXT;
import static io.annals.model.Field.Type.UUID;

import java.util.List;

/** The audit streams that Annals keeps. */
public final class AuditStreams {
  /** Who used a stored credential, for what, and whether it was let through. */
  public static final EventStream CREDENTIAL_AUDIT =
      EventStream.named("credential_audit")
          .required(UUID, "integration_auth_id")
          .required(TEXT, "integration_kind")
          .oneOf("operation", "UNSPECIFIED", "DECRYPT", "SIGN", "ENCRYPT")
          .oneOf("sensitivity", "UNSPECIFIED", "STANDARD", "PII", "PHI", "FINANCIAL", "REGULATED")
          .optional(TEXT, "user_id", "agent_id", "tool_id", "actor", "request_id")
          .required(BOOLEAN, "success")
          .optional(TEXT, "failure_reason")
          .filteredBy("sensitivity", "operation", "success")
          .counted()
          .build();

  /** What happened in the product and on its machines. */
  public static final EventStream AUDIT_EVENTS =
      EventStream.named("audit_events")
          .optional(INT64, "user_id")
          .required(TEXT, "actor_type")
          .optional(TEXT, "actor_id")
          .required(TEXT, "source", "event_group", "event_type", "status")
          .optional(TEXT, "resource_type", "resource_id", "session_id", "vm_id")
          .optional(INT64, "task_id")
          .optional(TEXT, "request_id", "correlation_id", "http_method", "path")
          .optional(INT32, "http_status")
          .optional(NUMBER, "latency_ms")
          .optional(TEXT, "ip_address", "user_agent", "node_ip", "worker_id")
          .optional(JSON, "event_payload")
          .optional(TEXT, "error_message")
          .filteredBy("event_group", "event_type", "status", "user_id", "vm_id", "session_id")
          .build();

  /** Who changed what. */
  public static final EventStream AUDIT_LOG =
      EventStream.named("audit_log")
          .required(TEXT, "actor_id", "actor_type", "action", "resource_type", "resource_id")
          .required(JSON, "metadata")
          .optional(TEXT, "reasoning")
          .filteredBy("actor_id", "resource_type", "resource_id", "action")
          .build();

  /** All of them. */
  public static final List<EventStream> ALL = List.of(CREDENTIAL_AUDIT, AUDIT_EVENTS, AUDIT_LOG);

  private AuditStreams() {}
}
