package io.annals.tck;

import static io.annals.tck.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ActivitySubject;
import io.annals.model.ApiToken;
import io.annals.model.ApiToken.Status;
import io.annals.model.Event;
import io.annals.model.Page;
import io.annals.model.Position;
import io.annals.model.ServiceAccount;
import io.annals.store.KeyQuery;
import io.annals.store.KeySecret;
import io.annals.store.KeyStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link KeyStore} lists. A store runs it by a subclass that hands in the store. */
public abstract class KeyListTck extends KeyFixture {
  @Test
  void accounts_areListedNewestFirst_withTies() {
    List<ServiceAccount> all = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      ServiceAccount account = samples.account(NOW + samples.below(4));
      await(keys().create(tenant, account, samples.act(NOW)));
      all.add(account);
    }
    assertLists(query -> await(keys().accounts(tenant, query)), all, ServiceAccount::position);
  }

  @Test
  void tokens_areListedNewestFirst_withTies() {
    List<ApiToken> all = someTokens(25, null);
    assertLists(this::tokens, all, ApiToken::position);
  }

  @Test
  void lifecycle_isListedNewestFirst_withTies() {
    UUID account = provision().id();
    for (ApiToken token : someTokens(10, account)) {
      await(keys().rotate(tenant, token.id(), samples.secret(), 0, samples.act(NOW)));
    }
    List<Event> all = lifeOfAccount(account);
    assertThat(all).hasSizeGreaterThan(15);
    ActivitySubject subject = ActivitySubject.serviceAccount(account);
    assertLists(query -> await(lifecycle(subject, query)).orElseThrow(), all, Event::position);
  }

  @Test
  void lifecycle_ofTheUnknown_isEmpty() {
    UUID account = provision().id();
    UUID token = mint(samples.secret(), account, null).id();
    for (ActivitySubject subject :
        List.of(
            ActivitySubject.token(UUID.randomUUID()),
            ActivitySubject.serviceAccount(UUID.randomUUID()),
            ActivitySubject.token(account),
            ActivitySubject.serviceAccount(token))) {
      assertThat(await(lifecycle(subject, first(9)))).isEmpty();
    }
  }

  @Test
  void lifecycle_ofATokenHasItsEventsOnly_ofAnAccountThoseOfAllItsTokens() {
    UUID account = provision().id();
    ApiToken one = mint(samples.secret(), account, null);
    ApiToken two = mint(samples.secret(), account, null);
    mint(samples.secret(), null, null);
    await(keys().revoke(tenant, two.id(), samples.act(NOW + 1)));
    assertThat(operations(lifeOfToken(one.id()))).containsExactly("MINT");
    assertThat(operations(lifeOfToken(two.id()))).containsExactly("REVOKE", "MINT");
    assertThat(operations(lifeOfAccount(account)))
        .containsExactly("REVOKE", "MINT", "MINT", "PROVISION");
  }

  @ParameterizedTest
  @EnumSource(Status.class)
  void tokens_narrowedByStatusAndAccount_areThose(Status status) {
    UUID account = provision().id();
    List<ApiToken> all = new ArrayList<>(someTokens(30, account));
    all.addAll(someTokens(30, null));
    List<ApiToken> wanted =
        all.stream().filter(token -> token.status(NOW + MINUTE) == status).toList();
    assertThat(wanted).hasSizeGreaterThan(4);
    assertLists(query -> tokens(query.ofStatus(status)), wanted, ApiToken::position);
    assertLists(
        query -> tokens(query.ofStatus(status).ofAccount(account)),
        wanted.stream().filter(token -> account.equals(token.serviceAccountId())).toList(),
        ApiToken::position);
    assertThat(tokens(first(9).ofAccount(UUID.randomUUID())).total()).hasValue(0);
  }

  @Test
  void walk_whileOthersWrite_returnsWhatWasThereOnce() {
    List<ApiToken> before = someTokens(30, null);
    List<ApiToken> listed = new ArrayList<>();
    List<Future<?>> writes = new ArrayList<>();
    KeyQuery query = first(4);
    Page<ApiToken> page;
    do {
      KeySecret secret = samples.secret();
      ApiToken token = samples.tokenOfUser(secret, NOW + samples.below(4), null);
      writes.add(othersKeys().mint(tenant, token, secret, samples.act(NOW)));
      page = tokens(query);
      listed.addAll(page.items());
      query = page.next() == null ? query : query.below(page.next());
    } while (page.next() != null);
    writes.forEach(Futures::await);
    assertThat(listed).doesNotHaveDuplicates().containsAll(before);
  }

  /** Tokens of every status, as they are afterwards. */
  private List<ApiToken> someTokens(int count, @Nullable UUID account) {
    List<ApiToken> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      KeySecret secret = samples.secret();
      long createdAt = NOW + samples.below(4);
      Long expiresAt = i % 3 == 0 ? NOW + 10 : null;
      ApiToken token =
          account == null
              ? samples.tokenOfUser(secret, createdAt, expiresAt)
              : samples.tokenOf(account, secret, createdAt, expiresAt);
      minted(token, secret);
      if (i % 4 == 1) {
        await(keys().revoke(tenant, token.id(), samples.act(NOW + 5)));
        token = token.revokedAt(NOW + 5);
      }
      tokens.add(token);
    }
    return tokens;
  }

  /** Walks the list with several page sizes, and skips into it. */
  private static <T> void assertLists(
      Function<KeyQuery, Page<T>> list, List<T> all, Function<T, Position> position) {
    List<T> expected = all.stream().sorted(Comparator.comparing(position).reversed()).toList();
    for (int limit : new int[] {1, 7, all.size(), all.size() + 1}) {
      List<T> listed = new ArrayList<>();
      KeyQuery query = first(limit);
      Page<T> page;
      do {
        page = list.apply(query);
        listed.addAll(page.items());
        assertThat(page.total()).hasValue(all.size());
        if (page.next() != null) {
          assertThat(page.items()).hasSize(limit);
          query = query.below(page.next());
        }
      } while (page.next() != null);
      assertThat(listed).isEqualTo(expected);
    }
    Page<T> skipped = list.apply(first(2).skipping(3));
    assertThat(skipped.items()).isEqualTo(expected.subList(3, 5));
    assertThat(skipped.next()).isEqualTo(position.apply(expected.get(4)));
    assertThat(list.apply(first(2).skipping(all.size())).items()).isEmpty();
  }
}
