package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.Statement;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Runs statements as Vert.x futures that fail with {@link io.annals.store.StoreException}s. They
 * complete on the driver's threads: whoever answers a caller goes back to the caller's context.
 */
final class CassandraQueries {
  private final CqlSession session;

  CassandraQueries(CqlSession session) {
    this.session = session;
  }

  /** Runs a statement whose rows do not matter. */
  Future<Void> run(Statement<?> statement) {
    return future(session.executeAsync(statement)).mapEmpty();
  }

  /** Every row, of however many pages. */
  Future<List<Row>> rows(Statement<?> statement) {
    return page(statement).compose(page -> rest(page, new ArrayList<>()));
  }

  /** Rows of the first page, and the way to the next. */
  Future<AsyncResultSet> page(Statement<?> statement) {
    return future(
        session.executeAsync(statement.setExecutionProfileName(CassandraSession.READING)));
  }

  private static Future<List<Row>> rest(AsyncResultSet page, List<Row> rows) {
    page.currentPage().forEach(rows::add);
    return page.hasMorePages()
        ? future(page.fetchNextPage()).compose(next -> rest(next, rows))
        : Future.succeededFuture(rows);
  }

  private static <T> Future<T> future(CompletionStage<T> stage) {
    Promise<T> promise = Promise.promise();
    stage.whenComplete(
        (result, failure) -> {
          if (failure == null) {
            promise.complete(result);
          } else {
            promise.fail(CassandraFailures.translate(failure));
          }
        });
    return promise.future();
  }
}
