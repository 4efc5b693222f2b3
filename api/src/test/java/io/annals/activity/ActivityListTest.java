package io.annals.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.list.ListPage;
import io.annals.list.ListQuery;
import io.annals.model.ActivityPosition;
import io.annals.model.ActivitySubject.Kind;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.model.TimeRange;
import io.annals.store.ActivityPage;
import io.annals.store.ActivityPage.Next;
import io.annals.store.ActivityQuery;
import io.annals.store.ActivityStore;
import io.annals.store.KeyStore;
import io.annals.tck.MemoryStore;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ActivityListTest {
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));

  /** A search that ran out of its time after a third of what was to be passed over. */
  private static final class Hasty implements ActivityStore {
    final List<ActivityQuery> asked = new ArrayList<>();

    @Override
    public Future<Void> append(TenantId tenant, List<NewActivity> events) {
      return Future.failedFuture("read only");
    }

    @Override
    public Future<Optional<ActivityPage>> page(TenantId tenant, ActivityQuery query) {
      asked.add(query);
      ActivityPosition here =
          new ActivityPosition(1000 - asked.size(), new UUID(3, 4), TENANT.value());
      int left = query.skip() - query.skip() / 3;
      Next next = new Next(here, left);
      return Future.succeededFuture(
          Optional.of(new ActivityPage(List.of(), next, OptionalLong.empty())));
    }
  }

  private final Hasty store = new Hasty();
  private final KeyStore keys = new MemoryStore().keys().result();
  private final ActivityList list = new ActivityList(ActivityResource.ALL.get(0), store, keys);

  @Test
  void place_isReadBackAlike() {
    Random random = new Random(41);
    for (int i = 0; i < 1000; i++) {
      Next place =
          new Next(
              new ActivityPosition(
                  random.nextLong(),
                  new UUID(random.nextLong(), random.nextLong()),
                  new UUID(random.nextLong(), random.nextLong())),
              random.nextInt(10_001));
      assertThat(list.ofBytes(ByteBuffer.wrap(list.toBytes(place)))).isEqualTo(place);
    }
  }

  @Test
  void skipThatASearchDidNotFinish_isTakenUpByTheNextPage() {
    Map<String, Object> selection = Map.of("token", new UUID(5, 6), "search", "x");
    ListPage<Next> page = page(new ListQuery<>(selection, TimeRange.ALL, null, 9, 50));
    Next after = list.ofBytes(ByteBuffer.wrap(list.toBytes(page.next())));
    page(new ListQuery<>(selection, TimeRange.ALL, after, 0, 50));
    assertThat(store.asked).extracting(ActivityQuery::skip).containsExactly(9, 6);
    assertThat(store.asked.get(0).below()).isEqualTo(ActivityPosition.TOP);
    assertThat(store.asked.get(1).below().createdAtMillis()).isEqualTo(999);
    assertThat(store.asked.get(1).subject().kind()).isEqualTo(Kind.TOKEN);
    assertThat(store.asked.get(1).subject().id()).isEqualTo(new UUID(5, 6));
  }

  private ListPage<Next> page(ListQuery<Next> query) {
    return list.page(TENANT, query).result();
  }
}
