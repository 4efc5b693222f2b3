package io.annals.auth;

import static io.annals.auth.AuthFixture.TENANT;
import static io.annals.auth.AuthFixture.await;
import static io.annals.auth.KeyLab.ACCOUNT;
import static io.annals.auth.KeyLab.TOKEN;
import static io.annals.auth.KeyLab.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.auth.TokenExchange.Grant;
import io.annals.store.StoreException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a key is exchanged for, and that it is worth no more than the key. */
class TokenExchangeTest {
  @TempDir Path directory;
  private final KeyLab lab = new KeyLab();
  private TokenExchange exchange;
  private TokenVerifier tokens;

  @BeforeEach
  void open() {
    KeyFile keys = KeyFile.readOrCreate(directory.resolve("auth.json"));
    exchange = new TokenExchange(lab.verifier, new TokenIssuer(() -> keys, lab.clock), lab.clock);
    tokens =
        new TokenVerifier(lab.vertx, () -> keys, null, AuthSettings.OWN_TOKENS_ONLY, lab.clock);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private Grant exchange(String name, String scope) {
    return await(exchange.exchange(name, lab.key.secretText(), scope));
  }

  private Principal admitted(Grant grant) {
    return await(tokens.verify(grant.accessToken()).compose(lab.verifier::confirm));
  }

  @Test
  void token_speaksForTheKey() {
    for (String name : new String[] {TOKEN.toString(), lab.key.prefix()}) {
      Grant grant = exchange(name, "");
      assertThat(grant.expiresInSeconds()).isEqualTo(900);
      assertThat(admitted(grant)).isEqualTo(lab.verify());
      assertThat(grant.toString()).doesNotContain(grant.accessToken());
    }
  }

  @Test
  void tokenOfAUsersKey_speaksForTheUser() {
    lab.put(lab.key, KeyLab.tokenOfUser("alice"), null);
    assertThat(admitted(exchange(lab.key.prefix(), "")))
        .isEqualTo(
            new Principal(
                "alice",
                Optional.of(TENANT),
                Set.of(Scopes.AUDIT_READ),
                Optional.of(new Principal.Key(TOKEN, lab.key.prefix(), null))));
  }

  @Test
  void scope_isAPartOfTheKeys() {
    Grant grant = exchange(lab.key.prefix(), " audit:read ");
    assertThat(grant.scopes()).containsExactly(Scopes.AUDIT_READ);
    assertThat(admitted(grant).scopes()).containsExactly(Scopes.AUDIT_READ);
    for (String more : new String[] {"audit:read keys:write", "everything"}) {
      assertThatThrownBy(() -> exchange(lab.key.prefix(), more))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("scope");
    }
  }

  @Test
  void name_mustBeTheKeys() {
    for (String other : new String[] {"", ACCOUNT.toString(), "annals_000000000000"}) {
      assertThatThrownBy(() -> exchange(other, ""))
          .isExactlyInstanceOf(InvalidTokenException.class)
          .hasMessage("the API key is not the one of this id");
    }
  }

  @Test
  void token_isNotGoodForLongerThanTheKey() {
    lab.put(lab.key, token(TOKEN, lab.clock.millis() + 90_999, null), null);
    assertThat(exchange(lab.key.prefix(), "").expiresInSeconds()).isEqualTo(90);
    ApiKey replaced = ApiKey.generate();
    lab.put(replaced, token(TOKEN, null, null), lab.clock.millis() + 60_000);
    Grant grant = await(exchange.exchange(replaced.prefix(), replaced.secretText(), ""));
    assertThat(grant.expiresInSeconds()).isEqualTo(60);
    lab.clock.advance(60_000); // the leeway of tokens does not lengthen the life of keys
    assertThatThrownBy(() -> admitted(grant)).hasMessage("the API key was replaced by a newer one");
  }

  @Test
  void tokenOfARevokedKey_isRefused() {
    Grant grant = exchange(lab.key.prefix(), "");
    lab.revoke();
    lab.watcher().changed(TOKEN);
    assertThatThrownBy(() -> admitted(grant)).hasMessage("the API key was revoked");
    assertThatThrownBy(() -> exchange(lab.key.prefix(), ""))
        .isExactlyInstanceOf(InvalidTokenException.class);
  }

  @Test
  void storeThatIsDown_isNotTheKeysFault() {
    Grant grant = exchange(lab.key.prefix(), "");
    lab.clock.advance(6_000);
    lab.setDown(true);
    assertThatThrownBy(() -> admitted(grant)).isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> exchange(lab.key.prefix(), "")).isInstanceOf(StoreException.class);
  }
}
