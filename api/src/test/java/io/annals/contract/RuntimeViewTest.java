package io.annals.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RuntimeViewTest {
  private static final List<ApiDocument> DOCUMENTS =
      List.of("tenant", "events", "log").stream().map(ApiDocument::load).toList();

  @Test
  void view_hasEveryOperationAtItsPath() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      OpenAPIContract view =
          OpenAPIContract.from(vertx, RuntimeView.of(DOCUMENTS)).await(20, TimeUnit.SECONDS);
      for (ApiDocument document : DOCUMENTS) {
        for (ApiOperation operation : document.operations()) {
          Operation seen = view.operation(operation.operationId());
          assertThat(seen.getHttpMethod()).isEqualTo(operation.method());
          assertThat(seen.getOpenAPIPath()).isEqualTo(operation.path());
        }
      }
      long published = DOCUMENTS.stream().mapToLong(each -> each.operations().size()).sum();
      assertThat(view.operations()).hasSize((int) published);
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void view_leavesThePublishedDocumentsAlone() {
    List<JsonObject> before = DOCUMENTS.stream().map(document -> document.root().copy()).toList();
    RuntimeView.of(DOCUMENTS);
    assertThat(DOCUMENTS.stream().map(ApiDocument::root)).isEqualTo(before);
  }
}
