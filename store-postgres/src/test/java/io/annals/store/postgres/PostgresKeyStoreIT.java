package io.annals.store.postgres;

import static io.annals.tck.Futures.await;

import io.annals.store.KeyStore;
import io.annals.store.Store;
import io.annals.tck.KeyListTck;
import io.annals.tck.KeyStoreTck;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

final class PostgresKeyStoreIT extends KeyStoreTck {
  private static final JsonObject SECTION = TestDatabase.emptyDatabase();
  private static final Store STORE = TestDatabase.open(SECTION);
  private static final Store OTHER = TestDatabase.open(SECTION);
  private static final KeyStore KEYS = await(STORE.keys());
  private static final KeyStore OTHERS_KEYS = await(OTHER.keys());

  @AfterAll
  static void close() {
    await(STORE.close());
    await(OTHER.close());
  }

  @Override
  protected KeyStore keys() {
    return KEYS;
  }

  @Override
  protected KeyStore othersKeys() {
    return OTHERS_KEYS;
  }

  @Nested
  final class Lists extends KeyListTck {
    @Override
    protected KeyStore keys() {
      return KEYS;
    }

    @Override
    protected KeyStore othersKeys() {
      return OTHERS_KEYS;
    }
  }
}
