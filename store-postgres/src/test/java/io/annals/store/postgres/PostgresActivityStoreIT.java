package io.annals.store.postgres;

import static io.annals.tck.Futures.await;

import io.annals.store.ActivityStore;
import io.annals.store.Store;
import io.annals.tck.ActivityStoreTck;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class PostgresActivityStoreIT extends ActivityStoreTck {
  private static Store store;
  private static PostgresActivityStore activity;

  @BeforeAll
  static void open() {
    store = TestDatabase.open(TestDatabase.emptyDatabase());
    activity = (PostgresActivityStore) await(store.activity(POLICY));
  }

  @AfterAll
  static void close() {
    await(store.close());
  }

  @Override
  protected ActivityStore activity() {
    return activity;
  }

  @Override
  protected void settle() {
    await(activity.settle());
  }
}
