package io.annals.auth;

import static io.annals.auth.AuthFixture.assertAccepted;
import static io.annals.auth.AuthFixture.assertRefused;
import static io.annals.auth.AuthFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwksUriTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofHours(1);

  @TempDir Path directory;
  private AuthFixture fixture;
  private JwksServer server;
  private final TestKey first = TestKey.of("k1", "ES256");
  private final TestKey second = TestKey.of("k2", "ES256");

  @BeforeEach
  void open() {
    fixture = new AuthFixture(directory);
    server = new JwksServer(fixture.vertx);
    server.serves(first);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private TokenVerifier verifier(String uri, Duration period, Duration gap) {
    Source source = new JwksUriSource(fixture.vertx, uri, period, gap);
    return new TokenVerifier(
        fixture.vertx,
        () -> fixture.keyFile,
        await(ExternalKeys.open(fixture.vertx, source)),
        new AuthSettings(uri, null, null, null),
        fixture.clock);
  }

  private TokenVerifier verifier(Duration period, Duration gap) {
    return verifier(server.uri(), period, gap);
  }

  private String token(TestKey key) {
    return key.sign(fixture.claims());
  }

  @Test
  void publishedKey_isAccepted() {
    TokenVerifier verifier =
        await(
            TokenVerifier.open(
                fixture.vertx,
                () -> fixture.keyFile,
                new AuthSettings(server.uri(), null, "https://idp.example", "annals-api")));

    assertAccepted(verifier, token(first));
    assertThat(server.requests).hasValue(1);
    await(verifier.close());
    assertAccepted(verifier, token(first));
  }

  @Test
  void rotation_isFollowedInTime() {
    TokenVerifier verifier = verifier(SHORT, LONG);
    String old = token(first);
    assertAccepted(verifier, old);

    server.serves(second);

    Eventually.within10Seconds(() -> assertRefused(verifier, old));
    assertAccepted(verifier, token(second));
  }

  @Test
  void unknownKid_isFetchedAtOnceAndOnceForAll() {
    TokenVerifier verifier = verifier(LONG, Duration.ZERO);
    server.answers(
        request ->
            fixture.vertx.setTimer(
                200,
                id ->
                    request
                        .response()
                        .end(AuthFixture.jwks(first.publicJwk(), second.publicJwk()).encode())));

    List<Future<Principal>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(verifier.verify(second.sign(fixture.claims().put("jti", i))));
    }

    await(Future.all(answers));
    assertThat(server.requests).as("one to start, one for all fifty").hasValue(2);
    assertAccepted(verifier, token(first));
  }

  @Test
  void inventedKids_doNotBecomeRequests() {
    TokenVerifier verifier = verifier(LONG, LONG);

    for (int i = 0; i < 100; i++) {
      assertRefused(verifier, second.as("made-up-" + i, "ES256").sign(fixture.claims()))
          .hasMessageContaining("no accepted key");
    }

    assertThat(server.requests).hasValue(1);
  }

  @Test
  void expiredTokenWithUnknownKid_isNoReasonToFetch() {
    TokenVerifier verifier = verifier(LONG, Duration.ZERO);

    assertRefused(verifier, second.sign(fixture.claims().put("exp", 1_000)))
        .hasMessageContaining("expired");
    assertRefused(verifier, second.as(null, "ES256").sign(fixture.claims()))
        .hasMessage("the signature does not match");

    assertThat(server.requests).hasValue(1);
  }

  @Test
  void outage_keepsTheKeys() {
    TokenVerifier verifier = verifier(SHORT, SHORT);
    for (Runnable outage :
        List.<Runnable>of(
            () -> server.answers(500, "no"),
            () -> server.answers(200, "<html>"),
            () -> server.answers(200, "{\"keys\":1}"),
            () -> server.answers(request -> request.connection().close()))) {
      outage.run();
      int before = server.requests.get();
      Eventually.within10Seconds(() -> assertThat(server.requests.get()).isGreaterThan(before + 2));
      assertAccepted(verifier, token(first));
    }

    server.serves(second);
    Eventually.within10Seconds(() -> assertAcceptedNow(verifier, token(second)));
  }

  private static void assertAcceptedNow(TokenVerifier verifier, String token) {
    Future<Principal> answer = verifier.verify(token);
    assertThat(answer.otherwiseEmpty().toCompletionStage().toCompletableFuture().join())
        .isNotNull();
  }

  @Test
  void emptySet_withdrawsTheKeys() {
    TokenVerifier verifier = verifier(SHORT, SHORT);
    String token = token(first);
    assertAccepted(verifier, token);

    server.serves();

    Eventually.within10Seconds(() -> assertRefused(verifier, token));
    assertAccepted(verifier, fixture.ownToken());
  }

  @Test
  void outageAtStart_startsWithOwnTokensAndRecovers() {
    server.answers(503, "starting");
    TokenVerifier verifier = verifier(LONG, SHORT);

    assertAccepted(verifier, fixture.ownToken());
    assertRefused(verifier, token(first));
    server.serves(first);
    Eventually.within10Seconds(() -> assertAcceptedNow(verifier, token(first)));
  }

  @Test
  void unreachableProvider_isAnOutage() {
    assertRefused(verifier("http://127.0.0.1:1/jwks", LONG, LONG), token(first));
  }

  @Test
  void oversizedAnswer_isRefused() {
    TokenVerifier verifier = verifier(SHORT, SHORT);
    String padding = " ".repeat(Source.BYTES_MAX);
    server.answers(200, AuthFixture.jwks(second.publicJwk()).encode() + padding);
    int before = server.requests.get();

    Eventually.within10Seconds(() -> assertThat(server.requests.get()).isGreaterThan(before + 2));

    assertRefused(verifier, token(second));
    assertAccepted(verifier, token(first));
  }

  @Test
  void answerWithoutEnd_isCutOff() {
    Promise<Void> cut = Promise.promise();
    TokenVerifier verifier = verifier(LONG, Duration.ZERO);
    server.answers(
        request -> {
          request.response().setChunked(true);
          request.connection().closeHandler(closed -> cut.tryComplete());
          fixture.vertx.setPeriodic(1, id -> request.response().write(" ".repeat(10_000)));
        });

    assertRefused(verifier, token(second)).hasMessageContaining("no accepted key");
    await(cut.future());
  }

  @Test
  void answerThatTrickles_isCutOff() {
    Promise<Void> cut = Promise.promise();
    TokenVerifier verifier = verifier(LONG, Duration.ZERO);
    server.answers(
        request -> {
          request.response().setChunked(true);
          request.connection().closeHandler(closed -> cut.tryComplete());
          fixture.vertx.setPeriodic(100, id -> request.response().write(" "));
        });

    assertRefused(verifier, token(second)).hasMessageContaining("no accepted key");
    await(cut.future());
  }

  @Test
  void redirect_isNotFollowed() {
    JwksServer elsewhere = new JwksServer(fixture.vertx);
    elsewhere.serves(first);
    server.answers(
        request ->
            request.response().setStatusCode(302).putHeader("Location", elsewhere.uri()).end());

    assertRefused(verifier(LONG, LONG), token(first));
    assertThat(elsewhere.requests).hasValue(0);
  }

  @Test
  void untrustedCertificate_isRefused() throws Exception {
    Path store = directory.resolve("server.p12");
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    List<String> command =
        List.of(
            keytool.toString(),
            "-genkeypair",
            "-keystore",
            store.toString(),
            "-storepass",
            "changeit",
            "-keyalg",
            "EC",
            "-alias",
            "a",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost");
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    int port =
        await(
                fixture
                    .vertx
                    .createHttpServer(
                        new HttpServerOptions()
                            .setSsl(true)
                            .setKeyCertOptions(
                                new PfxOptions().setPath(store.toString()).setPassword("changeit")))
                    .requestHandler(
                        request ->
                            request.response().end(AuthFixture.jwks(first.publicJwk()).encode()))
                    .listen(0, "127.0.0.1"))
            .actualPort();
    Source source = new JwksUriSource(fixture.vertx, "https://localhost:" + port + "/", LONG, LONG);

    assertThat(source.load().transform(r -> Future.succeededFuture(r.cause())))
        .satisfies(failure -> assertThat(await(failure)).hasMessageContaining("SSL"));
    assertRefused(verifier("https://localhost:" + port + "/", LONG, LONG), token(first));
  }

  @Test
  void answerAfterAFetch_comesOnTheCallersContext() {
    TokenVerifier verifier = verifier(LONG, Duration.ZERO);
    Context caller = fixture.vertx.getOrCreateContext();
    Promise<Context> seen = Promise.promise();

    caller.runOnContext(
        go ->
            verifier
                .verify(second.sign(fixture.claims()))
                .onComplete(answer -> seen.complete(Vertx.currentContext())));

    assertThat(await(seen.future())).isSameAs(caller);
  }
}
