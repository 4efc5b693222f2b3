package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.Scopes;
import io.annals.auth.TestIdentityProvider;
import io.annals.contract.ApiDocument;
import io.annals.contract.ApiOperation;
import io.annals.e2e.Credential.Outcome;
import io.annals.server.AnnalsServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of the contract with every kind of credential. The request is made of the
 * operation's examples, and what must become of it is what the operation's security says.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessMatrixIT {
  private final Vertx vertx = Vertx.vertx();
  private final UUID tenant = UUID.randomUUID();
  private AnnalsServer server;
  private Client client;
  private List<Credential> credentials;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    TestIdentityProvider provider = new TestIdentityProvider();
    Path jwks = Files.writeString(directory.resolve("jwks.json"), provider.jwks());
    server =
        ApiFixture.startServer(
            vertx,
            Map.of(
                "ANNALS_AUTH_JWKS_FILE", jwks.toString(),
                "ANNALS_AUTH_ISSUER", TestIdentityProvider.ISSUER,
                "ANNALS_AUTH_AUDIENCE", TestIdentityProvider.AUDIENCE));
    client = new Client(server, tenant, "none");
    try (KeyClient keys = new KeyClient(server, tenant, ApiFixture.token(tenant))) {
      credentials = CredentialKinds.of(keys, provider);
    }
  }

  @AfterAll
  void stop() {
    client.close();
    ApiFixture.await(server.stop());
    ApiFixture.await(vertx.close());
    assertThat(ApiFixture.takeErrors()).as("logged when the server stopped").isEmpty();
  }

  static List<Named<ApiOperation>> operations() {
    return Arrays.stream(Stream.values())
        .map(Stream::document)
        .map(ApiDocument::name)
        .distinct()
        .flatMap(name -> ApiDocument.load(name).operations().stream())
        .map(operation -> Named.of(operation.operationId(), operation))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void operation_isServedToWhomItsSecurityAllows(ApiOperation operation) {
    List<String> wrong = new ArrayList<>();
    for (Credential credential : credentials) {
      try {
        assertOutcome(operation, credential);
      } catch (AssertionError e) {
        wrong.add(operation.operationId() + " with " + credential + ": " + e.getMessage());
      }
    }
    assertThat(wrong).isEmpty();
  }

  private void assertOutcome(ApiOperation operation, Credential credential) {
    Answer answer =
        client.call(credential.on(MinimalCall.of(operation, tenant, credential.scopes())));
    Outcome outcome = credential.outcome(operation);
    switch (outcome) {
      case ANSWERED -> {} // as its contract says: the client has seen to it
      case SERVED -> assertThat(answer.status()).isNotIn(401, 403);
      case UNAUTHENTICATED -> assertThat(answer.status()).isEqualTo(401);
      case OTHER_TENANT -> {
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).contains("tenant");
      }
      case MISSING_SCOPE -> {
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).contains(credential.missing(operation));
      }
      case INVALID -> {
        Stream stream = Stream.ofPath(operation.path());
        assertThat(answer.status()).isEqualTo(stream.invalid);
        assertThat(stream.culprits(answer)).containsOnly("X-API-Key");
      }
    }
  }

  /** Else the matrix would hold for requests that nobody is served. */
  @ParameterizedTest
  @MethodSource("operations")
  void request_isGoodApartFromItsCredential(ApiOperation operation) {
    Set<String> all = Set.copyOf(Scopes.KNOWN);
    Call call = MinimalCall.of(operation, tenant, all);
    if (!operation.isPublic()) {
      call = call.header("Authorization", "Bearer " + ApiFixture.token(tenant));
    }
    // 404: an id of an example; 401: a key of an example, where it is the request itself.
    assertThat(client.call(call).status()).isIn(200, 201, 204, operation.isPublic() ? 401 : 404);
  }
}
