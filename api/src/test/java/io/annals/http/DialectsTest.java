package io.annals.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.contract.ApiDocument;
import io.annals.model.AuditStreams;
import io.annals.model.EventStream;
import io.annals.model.Field;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialectsTest {
  @ParameterizedTest
  @CsvSource({
    "/v1/audit/events,events",
    "/v1/audit/events/x,events",
    "/v1/audit/eventsx,tenant",
    "/v1/audit-log,log",
    "/v1/audit-log/,log",
    "/v1/audit-logs,tenant",
    "/v1/tenants/x,tenant",
    "/,tenant",
    "/V1/audit-log,tenant"
  })
  void path_decidesTheDialect(String path, String document) {
    assertThat(Dialects.ofPath(path).document()).isEqualTo(document);
  }

  @Test
  void fieldNames_areTranslatedBackAndForth() {
    for (Dialect dialect : List.of(Dialects.TENANT, Dialects.EVENTS, Dialects.LOG)) {
      for (EventStream stream : AuditStreams.ALL) {
        for (Field field : stream.fields()) {
          String member = dialect.memberName(field.name());
          assertThat(dialect.snakeCase(member)).isEqualTo(field.name());
        }
      }
    }
    assertThat(Dialects.TENANT.memberName("integration_auth_id")).isEqualTo("integrationAuthId");
    assertThat(Dialects.LOG.memberName("actor_id")).isEqualTo("actor_id");
  }

  @Test
  void documents_arePublishedUnderTheDialectsNames() {
    for (Dialect dialect : List.of(Dialects.TENANT, Dialects.EVENTS, Dialects.LOG)) {
      ApiDocument document = ApiDocument.load(dialect.document());
      String parameters = document.root().getJsonObject("components").encode();
      assertThat(parameters).contains("\"" + dialect.limitParameter() + "\"");
      assertThat(parameters).contains("\"" + dialect.cursorParameter() + "\"");
      assertThat(parameters).contains("\"" + dialect.itemsMember() + "\"");
    }
  }
}
