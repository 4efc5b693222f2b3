package io.annals.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.annals.model.ActivitySubject;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is measured of the calls of a store, whichever it is. */
final class MeteredCallsTest {
  private static final TenantId TENANT = new TenantId(new UUID(7, 7));
  private static final ActivityQuery NEWEST =
      ActivityQuery.newest(ActivitySubject.token(new UUID(1, 1)), 10);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Future<Void> answer = Future.succeededFuture();

  private final ActivityStore store =
      MeteredCalls.of(
          ActivityStore.class,
          new ActivityStore() {
            @Override
            public Future<Void> append(TenantId tenant, List<NewActivity> events) {
              return answer;
            }

            @Override
            public Future<Optional<ActivityPage>> page(TenantId tenant, ActivityQuery query) {
              if (query.limit() == 13) {
                throw new IllegalArgumentException("thirteen");
              }
              return answer.map(Optional.empty());
            }
          },
          "papyrus",
          meters);

  private long calls(String work) {
    return meters
        .get("annals.store.call")
        .tags("store", "papyrus", "role", "activity", "work", work)
        .timer()
        .count();
  }

  private double failures(Kind kind) {
    return meters
        .get("annals.store.failures")
        .tags("store", "papyrus", "kind", kind.name().toLowerCase(Locale.ROOT))
        .counter()
        .count();
  }

  @Test
  void append_isTimed_andItsEventsCounted() {
    assertThat(store.append(TENANT, Arrays.asList(new NewActivity[3])).succeeded()).isTrue();
    assertThat(calls("append")).isOne();
    assertThat(meters.get("annals.store.append").summary().totalAmount()).isEqualTo(3);
  }

  @Test
  void failure_isCountedByItsKind_andPassedOn() {
    StoreException failure = new StoreException(Kind.TIMEOUT, "too late", null);
    answer = Future.failedFuture(failure);
    assertThat(store.append(TENANT, Arrays.asList(new NewActivity[3])).cause()).isSameAs(failure);
    assertThat(calls("append")).isOne();
    assertThat(failures(Kind.TIMEOUT)).isOne();
    assertThat(failures(Kind.INTERNAL)).isZero();
    assertThat(meters.get("annals.store.append").summary().count()).isZero();
  }

  @Test
  void failureOfNoKind_isADefect() {
    answer = Future.failedFuture(new IllegalStateException());
    assertThat(store.page(TENANT, NEWEST).failed()).isTrue();
    assertThat(failures(Kind.INTERNAL)).isOne();
  }

  @Test
  void search_isWorkOfItsOwn() {
    assertThat(store.page(TENANT, NEWEST).result()).isEmpty();
    assertThat(store.page(TENANT, NEWEST.containing("papyri")).result()).isEmpty();
    assertThat(calls("page")).isOne();
    assertThat(calls("search")).isOne();
  }

  @Test
  void whatIsThrown_isThrownOn() {
    ActivityQuery bad = ActivityQuery.newest(NEWEST.subject(), 13);
    assertThatThrownBy(() -> store.page(TENANT, bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("thirteen");
  }
}
