package io.annals.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BackgroundTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Background background = new Background(meters, "tidying");

  private long runs() {
    return meters.get("annals.background").tag("task", "tidying").timer().count();
  }

  private double failures() {
    return meters.get("annals.background.failures").tag("task", "tidying").counter().count();
  }

  private double lastSuccessMillis() {
    return meters.get("annals.background.last.success").timeGauge().value(TimeUnit.MILLISECONDS);
  }

  @Test
  void run_isCountedWhenItIsOver() {
    Promise<String> done = Promise.promise();
    Future<String> run = background.run(done::future);
    assertThat(runs()).isZero();
    done.complete("tidy");
    assertThat(run.result()).isEqualTo("tidy");
    assertThat(runs()).isOne();
    assertThat(failures()).isZero();
  }

  @Test
  void failure_isCounted_andPassedOn() {
    IllegalStateException failure = new IllegalStateException();
    assertThat(background.run(() -> Future.failedFuture(failure)).cause()).isSameAs(failure);
    assertThat(runs()).isOne();
    assertThat(failures()).isOne();
  }

  @Test
  void whatIsThrown_isAFailure() {
    IllegalStateException failure = new IllegalStateException();
    Future<Void> run =
        background.run(
            () -> {
              throw failure;
            });
    assertThat(run.cause()).isSameAs(failure);
    assertThat(failures()).isOne();
  }

  @Test
  void lastSuccess_isTheBeginning_thenWhenItSucceeded() {
    double begun = lastSuccessMillis();
    assertThat(begun).isBetween(0.9 * System.currentTimeMillis(), 1.0 * System.currentTimeMillis());
    background.run(() -> Future.failedFuture("no")).otherwiseEmpty();
    assertThat(lastSuccessMillis()).isEqualTo(begun);
    while (System.currentTimeMillis() <= begun) {
      Thread.onSpinWait();
    }
    background.run(Future::succeededFuture).otherwiseEmpty();
    assertThat(lastSuccessMillis()).isGreaterThan(begun);
  }
}
