package io.annals.store.cassandra;

import static io.annals.tck.Futures.await;

import io.annals.store.ActivityStore;
import io.annals.store.Store;
import io.annals.tck.ActivityStoreTck;
import org.junit.jupiter.api.AfterAll;

/** The store does what every activity store does. */
final class CassandraActivityStoreIT extends ActivityStoreTck {
  private static final Store STORE = TestCassandra.open(TestCassandra.section());
  private static final CassandraActivityStore ACTIVITY =
      (CassandraActivityStore) await(STORE.activity(POLICY));

  @AfterAll
  static void close() {
    await(STORE.close());
  }

  @Override
  protected ActivityStore activity() {
    return ACTIVITY;
  }

  @Override
  protected void settle() {
    await(ACTIVITY.settler().settle());
  }
}
