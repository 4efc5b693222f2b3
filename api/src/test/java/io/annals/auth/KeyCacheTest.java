package io.annals.auth;

import static io.annals.auth.AuthFixture.await;
import static io.annals.auth.KeyLab.TOKEN;
import static io.annals.auth.KeyLab.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** For how long an answer of the store is relied on. */
class KeyCacheTest {
  private static final UUID OTHER = UUID.fromString("0192a5c8-7f00-7000-8000-000000000002");

  private final KeyLab lab = new KeyLab();

  @AfterEach
  void close() {
    lab.close();
  }

  private void assertRevoked() {
    assertThatThrownBy(lab::verify).hasMessage("the API key was revoked");
  }

  private void assertAsked(int times) {
    assertThat(lab.asked).hasSize(times);
  }

  @Test
  void heardOf_isRememberedFor5Seconds() {
    lab.verify();
    for (int i = 0; i < 49; i++) {
      lab.clock.advance(100);
      lab.hear();
      lab.verify();
    }
    assertAsked(1);
    lab.clock.advance(100);
    lab.hear();
    lab.verify();
    assertAsked(2);
  }

  @Test
  void silence_endsWhatIsRememberedWithinASecond() {
    lab.verify();
    lab.clock.advance(899);
    lab.verify();
    lab.hear();
    lab.clock.advance(899);
    lab.verify();
    assertAsked(1);
    lab.clock.advance(1);
    lab.verify();
    assertAsked(2);
  }

  @Test
  void neverHeardOf_isReadAgainWithinASecond() {
    lab.verify();
    lab.revoke(); // on another server, and nobody tells
    lab.clock.advance(900);
    assertRevoked();
  }

  @Test
  void oldProof_isNoneAfterANewerOne() {
    lab.verify();
    lab.clock.advance(800);
    lab.hear();
    lab.watcher().caughtUp(lab.nanoTime() - 800_000_000L);
    lab.clock.advance(800);
    lab.verify();
    assertAsked(1);
  }

  @Test
  void change_isSeenAtOnce() {
    lab.verify();
    lab.revoke();
    lab.watcher().changed(TOKEN);
    assertRevoked();
  }

  @Test
  void changeOfAnotherToken_forgetsNothing() {
    lab.verify();
    lab.watcher().changed(OTHER);
    lab.verify();
    assertAsked(1);
  }

  @Test
  void missedChanges_forgetEverything() {
    lab.verify();
    lab.revoke();
    lab.watcher().missed();
    lab.hear();
    assertRevoked();
  }

  @Test
  void answerFromBeforeAChange_isNotRemembered() {
    lab.hold();
    Future<Principal> early = lab.verifier.verify(lab.key.secretText());
    lab.revoke();
    lab.watcher().changed(TOKEN);
    lab.release();
    await(early); // it was let in before
    assertRevoked();
  }

  @Test
  void answerFromBeforeMissedChanges_isNotRemembered() {
    lab.hold();
    Future<Principal> early = lab.verifier.verify(lab.key.secretText());
    lab.revoke();
    lab.watcher().missed();
    lab.release();
    await(early);
    assertRevoked();
  }

  @Test
  void questionAskedAfterAChange_sharesNoAnswerFromBefore() {
    lab.hold();
    Future<Principal> early = lab.verifier.verify(lab.key.secretText());
    lab.revoke();
    lab.watcher().changed(TOKEN);
    Future<Principal> late = lab.verifier.verify(lab.key.secretText());
    lab.release();
    assertThat(early.succeeded()).isTrue();
    assertThat(late.failed()).isTrue();
    assertAsked(2);
  }

  @Test
  void earlyAnswerThatArrivesLast_doesNotReplaceTheNewer() {
    lab.hold();
    lab.verifier.verify(lab.key.secretText());
    lab.revoke();
    lab.watcher().changed(TOKEN);
    lab.verifier.verify(lab.key.secretText());
    Runnable early = lab.takeFirst();
    lab.release();
    early.run();
    assertRevoked();
    assertAsked(2);
  }

  @Test
  void questionsAtOnce_areOneToTheStore() {
    lab.hold();
    List<Future<Principal>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(lab.verifier.verify(lab.key.secretText()));
    }
    lab.release();
    answers.forEach(AuthFixture::await);
    assertAsked(1);
  }

  @Test
  void sharedAnswer_arrivesOnTheContextOfEachCaller() {
    lab.hold();
    List<Future<Boolean>> atHome = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Context context = newContext();
      Promise<Boolean> promise = Promise.promise();
      Promise<Void> asked = Promise.promise();
      context.runOnContext(
          v -> {
            lab.verifier
                .verify(lab.key.secretText())
                .onComplete(done -> promise.complete(context == lab.vertx.getOrCreateContext()));
            asked.complete();
          });
      await(asked.future());
      atHome.add(promise.future());
    }
    assertAsked(1);
    // As a store does, which answers on the context of who asked it.
    lab.release();
    assertThat(await(atHome.get(1))).isTrue();
    assertThat(await(atHome.get(2))).isTrue();
  }

  /** One with an event loop of its own, as servers have. */
  private Context newContext() {
    Promise<Context> promise = Promise.promise();
    await(
        lab.vertx.deployVerticle(
            new VerticleBase() {
              @Override
              public Future<?> start() {
                promise.complete(context);
                return Future.succeededFuture();
              }
            }));
    return await(promise.future());
  }

  @Test
  void failure_isNotRemembered() {
    lab.setDown(true);
    for (int i = 1; i <= 3; i++) {
      assertThatThrownBy(lab::verify).hasMessage("down");
      assertAsked(i);
    }
    lab.setDown(false);
    lab.verify();
  }

  @Test
  void floodOfUnknownKeys_isRefusedBeyondABound_andKnownKeysAreNot() {
    lab.verify();
    lab.hold();
    List<Future<Principal>> flood = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      flood.add(lab.verifier.verify(ApiKey.generate().secretText()));
    }
    assertAsked(1 + 64);
    assertThat(flood.get(64).cause())
        .isInstanceOfSatisfying(
            StoreException.class,
            refused -> assertThat(refused.kind()).isEqualTo(StoreException.Kind.OVERLOADED));
    lab.verify();
    lab.release();
    assertThatThrownBy(() -> lab.verify(ApiKey.generate().secretText()))
        .hasMessage("the API key is unknown");
  }

  @Test
  void rememberedKey_isServedWhileTheStoreIsDown() {
    lab.verify();
    lab.setDown(true);
    lab.clock.advance(800);
    lab.verify();
    lab.clock.advance(200);
    assertThatThrownBy(lab::verify).hasMessage("down");
  }

  @Test
  void unknownKey_isRememberedForLessThanASecond() {
    ApiKey unknown = ApiKey.generate();
    for (int i = 0; i < 9; i++) {
      assertThatThrownBy(() -> lab.verify(unknown.secretText()))
          .hasMessage("the API key is unknown");
      lab.clock.advance(100);
      lab.hear();
    }
    assertAsked(1);
    lab.put(unknown, token(OTHER, null, null), null);
    lab.verify(unknown.secretText());
  }

  @Test
  void mintedKey_isLetInThoughItWasUnknown() {
    ApiKey key = ApiKey.generate();
    assertThatThrownBy(() -> lab.verify(key.secretText())).hasMessage("the API key is unknown");
    lab.put(key, token(OTHER, null, null), null);
    lab.watcher().changed(OTHER);
    lab.verify(key.secretText());
  }

  @Test
  void memory_isBounded() {
    KeyCache cache = new KeyCache(lab.vertx, lab.store(), lab::nanoTime);
    for (int i = 0; i < 25_000; i++) {
      await(cache.find("annals_" + i));
    }
    assertThat(cache.size()).isLessThanOrEqualTo(10_000);
  }

  @Test
  void keyInUse_isNotForgottenForGarbage() {
    KeyCache cache = new KeyCache(lab.vertx, lab.store(), lab::nanoTime);
    for (int i = 0; i < 20_000; i++) {
      await(cache.find(lab.key.prefix()));
      await(cache.find("annals_" + i));
    }
    assertThat(lab.asked.stream().filter(lab.key.prefix()::equals)).hasSize(1);
  }
}
