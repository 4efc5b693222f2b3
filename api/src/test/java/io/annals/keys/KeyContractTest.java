package io.annals.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.ApiKey;
import io.annals.auth.Scopes;
import io.annals.contract.ApiDocument;
import io.annals.contract.ApiOperation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** What the contract has to repeat of the code. */
class KeyContractTest {
  private static final ApiDocument TENANT = ApiDocument.load("tenant");

  private static ApiOperation operation(String id) {
    return TENANT.operations().stream()
        .filter(operation -> operation.operationId().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void scopesOfATokenToBeMinted_areThoseThatThereAre() {
    JsonObject scopes =
        operation("mintToken").item().getJsonObject("properties").getJsonObject("scopes");
    assertThat(scopes.getJsonObject("items").getJsonArray("enum"))
        .isEqualTo(new JsonArray(Scopes.KNOWN));
    assertThat(scopes.getInteger("maxItems")).isEqualTo(Scopes.KNOWN.size());
  }

  @Test
  void statusOfAnAnswer_isTheOneThatTheContractHasForSuccess() {
    assertThat(operation("mintToken").successStatus()).isEqualTo(201);
    assertThat(operation("rotateToken").successStatus()).isEqualTo(200);
    assertThat(operation("revokeToken").successStatus()).isEqualTo(204);
  }

  @Test
  void bodyOfARotation_isTheOnlyOneThatCanBeLeftOut() {
    assertThat(operation("rotateToken").needsBody()).isFalse();
    assertThat(operation("mintToken").needsBody()).isTrue();
    assertThat(operation("createServiceAccount").needsBody()).isTrue();
  }

  @Test
  void secret_hasTheLengthOfKeys() {
    JsonObject minted =
        TENANT
            .root()
            .getJsonObject("components")
            .getJsonObject("schemas")
            .getJsonObject("MintedToken");
    JsonObject secret = minted.getJsonObject("properties").getJsonObject("secret");
    int length = ApiKey.generate().secretText().length();
    assertThat(secret.getInteger("minLength")).isEqualTo(length);
    assertThat(secret.getInteger("maxLength")).isEqualTo(length);
  }
}
