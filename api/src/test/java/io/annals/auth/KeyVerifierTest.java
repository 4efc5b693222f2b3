package io.annals.auth;

import static io.annals.auth.AuthFixture.TENANT;
import static io.annals.auth.AuthFixture.await;
import static io.annals.auth.KeyLab.ACCOUNT;
import static io.annals.auth.KeyLab.TOKEN;
import static io.annals.auth.KeyLab.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.store.KnownSecret;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which keys are let in, as whom, and what the others hear. */
class KeyVerifierTest {
  private final KeyLab lab = new KeyLab();

  @AfterEach
  void close() {
    lab.close();
  }

  private void assertRefused(ApiKey key, String message) {
    assertThatThrownBy(() -> lab.verify(key.secretText()))
        .isExactlyInstanceOf(InvalidTokenException.class)
        .hasMessage(message)
        .hasNoCause();
  }

  /** The verifier looks up the one, and compares with the secret of the other. */
  private void mistake(ApiKey guess, ApiKey real) {
    KnownSecret known = Objects.requireNonNull(lab.secrets.get(real.prefix()));
    lab.secrets.put(guess.prefix(), known);
  }

  @Test
  void keyOfAnAccount_speaksForIt() {
    assertThat(lab.verify())
        .isEqualTo(
            new Principal(
                ACCOUNT.toString(),
                Optional.of(TENANT),
                Set.of(Scopes.AUDIT_READ, Scopes.AUDIT_WRITE),
                Optional.of(new Principal.Key(TOKEN, lab.key.prefix(), ACCOUNT))));
  }

  @Test
  void mistypedKey_isToldSoWithoutAskingTheStore() {
    String text = lab.key.secretText();
    for (String bad :
        List.of("", "x", text + "x", text.substring(1), text.substring(0, 30), swapped(text))) {
      assertThatThrownBy(() -> lab.verify(bad)).isExactlyInstanceOf(InvalidTokenException.class);
    }
    assertThat(lab.asked).isEmpty();
  }

  private static String swapped(String text) {
    char first = text.charAt(30);
    return text.substring(0, 30) + (first == 'a' ? 'b' : 'a') + text.substring(31);
  }

  @Test
  void keyThatHolds_isRefusedOnceItDoesNot() {
    lab.put(lab.key, token(TOKEN, null, lab.clock.millis()), null);
    assertRefused(lab.key, "the API key was revoked");
    ApiKey expired = ApiKey.generate();
    lab.put(expired, token(TOKEN, lab.clock.millis(), null), null);
    assertRefused(expired, "the API key has expired");
    ApiKey replaced = ApiKey.generate();
    lab.put(replaced, token(TOKEN, null, null), lab.clock.millis());
    assertRefused(replaced, "the API key was replaced by a newer one");
    assertRefused(ApiKey.generate(), "the API key is unknown");
  }

  @Test
  void whoDoesNotHoldTheSecret_hearsNothingOfTheKey() {
    ApiKey guess = ApiKey.generate();
    mistake(guess, lab.key);
    assertRefused(guess, "the API key is unknown");
    lab.revoke();
    mistake(guess, lab.key);
    lab.watcher().changed(TOKEN);
    assertRefused(guess, "the API key is unknown");
    assertRefused(lab.key, "the API key was revoked");
  }

  @Test
  void rememberedKey_isRefusedFromItsExpiryOn() {
    long endMillis = lab.clock.millis() + 500;
    lab.put(lab.key, token(TOKEN, endMillis, null), null);
    lab.verify();
    lab.clock.advance(499);
    lab.verify();
    lab.clock.advance(1);
    assertRefused(lab.key, "the API key has expired");
    assertThat(lab.asked).hasSize(1);
  }

  @Test
  void rememberedKey_isRefusedFromTheEndOfItsOverlapOn() {
    lab.put(lab.key, token(TOKEN, null, null), lab.clock.millis() + 500);
    lab.verify();
    lab.clock.advance(500);
    assertRefused(lab.key, "the API key was replaced by a newer one");
    assertThat(lab.asked).hasSize(1);
  }

  @Test
  void storeThatIsDown_isNotTheKeysFault() {
    lab.setDown(true);
    assertThatThrownBy(lab::verify)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    lab.setDown(false);
    lab.verify();
  }

  @Test
  void tokenMadeWithAKey_endsWithTheKey() {
    Principal made = lab.verify().limitedTo(Set.of(Scopes.AUDIT_READ));
    assertThat(await(lab.verifier.confirm(made))).isSameAs(made);
    lab.revoke();
    lab.watcher().changed(TOKEN);
    assertThatThrownBy(() -> await(lab.verifier.confirm(made)))
        .isInstanceOfSatisfying(
            InvalidTokenException.class, e -> assertThat(e.named()).containsSame(made))
        .hasMessage("the API key was revoked");
  }

  @Test
  void tokenMadeWithoutAKey_asksNoStore() {
    Principal other = new Principal("bob", Optional.of(TENANT), Set.of());
    assertThat(await(lab.verifier.confirm(other))).isSameAs(other);
    assertThat(lab.asked).isEmpty();
  }

  @Test
  void uses_areWrittenTogetherWithTheLatestTime() {
    Principal made = lab.verify();
    lab.clock.advance(5);
    lab.verify();
    lab.clock.advance(5);
    await(lab.verifier.confirm(made));
    assertThat(lab.written).isEmpty();
    await(lab.verifier.close());
    assertThat(lab.written).containsExactly(Map.of(TOKEN, lab.clock.millis()));
    await(lab.verifier.close());
    assertThat(lab.written).hasSize(1);
  }

  @Test
  void usesThatCouldNotBeWritten_areWrittenLater() {
    lab.verify();
    long firstMillis = lab.clock.millis();
    lab.setDown(true);
    await(lab.verifier.close());
    assertThat(lab.written).isEmpty();
    lab.setDown(false);
    await(lab.verifier.close());
    assertThat(lab.written).containsExactly(Map.of(TOKEN, firstMillis));
  }

  @Test
  void refusedKeys_haveNoUses() {
    lab.revoke();
    assertRefused(lab.key, "the API key was revoked");
    assertRefused(ApiKey.generate(), "the API key is unknown");
    await(lab.verifier.close());
    assertThat(lab.written).isEmpty();
  }
}
