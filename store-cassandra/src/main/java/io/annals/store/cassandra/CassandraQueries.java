package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.Statement;
import io.annals.metrics.Bounds;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs statements as Vert.x futures that fail with {@link io.annals.store.StoreException}s. They
 * complete on the driver's threads: whoever answers a caller goes back to the caller's context.
 *
 * <p>Statements are timed by what they are for.
 */
final class CassandraQueries {
  private final CqlSession session;
  private final MeterRegistry meters;
  private final AtomicInteger underWay;
  private final Timer timer;

  private CassandraQueries(
      CqlSession session, MeterRegistry meters, AtomicInteger underWay, String work) {
    this.session = session;
    this.meters = meters;
    this.underWay = underWay;
    timer =
        Timer.builder("annals.cassandra.statement")
            .tag("work", work)
            .description(
                "How long statements take, by kind of work, a wait for the driver included")
            .register(meters);
  }

  /** Questions whether the database answers, and what others are made of by {@link #of}. */
  static CassandraQueries on(CqlSession session, MeterRegistry meters) {
    AtomicInteger all = new AtomicInteger();
    int atOnce = CassandraSession.STATEMENTS_MAX;
    Bounds.pool(
        meters,
        "cassandra_statements",
        "statements",
        atOnce,
        all,
        count -> Math.min(count.get(), atOnce));
    Bounds.queue(
        meters,
        "cassandra_statements_waiting",
        "statements",
        CassandraSession.STATEMENTS_WAITING_MAX,
        all,
        count -> Math.max(count.get() - atOnce, 0));
    return new CassandraQueries(session, meters, all, "check");
  }

  /**
   * The same for statements of another kind.
   *
   * @param work what they are for, as a label: a constant
   */
  CassandraQueries of(String work) {
    return new CassandraQueries(session, meters, underWay, work);
  }

  /** What statements are counted by, for others to join in. */
  MeterRegistry meters() {
    return meters;
  }

  /** Prepares a statement; blocks. */
  PreparedStatement prepare(String cql) {
    return session.prepare(cql);
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

  private Future<List<Row>> rest(AsyncResultSet page, List<Row> rows) {
    page.currentPage().forEach(rows::add);
    return page.hasMorePages()
        ? future(page.fetchNextPage()).compose(next -> rest(next, rows))
        : Future.succeededFuture(rows);
  }

  private <T> Future<T> future(CompletionStage<T> stage) {
    long startNanos = System.nanoTime();
    underWay.incrementAndGet();
    Promise<T> promise = Promise.promise();
    stage.whenComplete(
        (result, failure) -> {
          underWay.decrementAndGet();
          timer.record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
          if (failure == null) {
            promise.complete(result);
          } else {
            promise.fail(CassandraFailures.translate(failure));
          }
        });
    return promise.future();
  }
}
