package io.annals.store.postgres;

import static io.annals.tck.Futures.await;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a store and its server, and on demand cuts connections when the server answers a
 * COMMIT: the commit happened, and the store does not learn of it. Or it goes silent.
 */
final class LostAnswers {
  private final AtomicInteger forgottenUntil = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger commitsToLose = new AtomicInteger();
  private final NetClient client = TestDatabase.VERTX.createNetClient();
  private final NetServer server;
  private volatile int delayMillis;

  /** Listens for a store and passes what it says on to the server of this URI. */
  LostAnswers(URI behind) {
    server =
        await(
            TestDatabase.VERTX
                .createNetServer()
                .connectHandler(store -> connect(store, behind))
                .listen(0, "127.0.0.1"));
  }

  /** The URI of the same database, reached through here. */
  String uri(URI behind) {
    return "postgresql://127.0.0.1:" + server.actualPort() + behind.getPath();
  }

  /** Loses the answers to this many commits from now on. */
  void lose(int commits) {
    commitsToLose.set(commits);
  }

  /** Passes answers on so much later from now on. */
  void delay(int millis) {
    delayMillis = millis;
  }

  /** Passes nothing on again on the connections of now, and tells nobody, as firewalls do. */
  void forget() {
    forgottenUntil.set(connections.get());
  }

  /** The same for those that are made until {@link #forget} is called. */
  void forgetFurther() {
    forgottenUntil.set(Integer.MAX_VALUE);
  }

  void close() {
    await(Future.join(server.close(), client.close()));
  }

  private void connect(NetSocket store, URI behind) {
    int number = connections.incrementAndGet();
    store.pause();
    client
        .connect(behind.getPort(), behind.getHost())
        .onFailure(failure -> store.close())
        .onSuccess(
            postgres -> {
              store
                  .handler(asked -> passOn(number, asked, postgres))
                  .closeHandler(v -> postgres.close());
              postgres
                  .handler(answer -> answer(number, answer, store, postgres))
                  .closeHandler(v -> store.close());
              store.resume();
            });
  }

  private void passOn(int number, Buffer bytes, NetSocket to) {
    if (number > forgottenUntil.get()) {
      to.write(bytes);
    }
  }

  private void answer(int number, Buffer answer, NetSocket store, NetSocket postgres) {
    boolean committed = answer.toString(StandardCharsets.ISO_8859_1).contains("COMMIT\0");
    if (committed && commitsToLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      store.close();
      postgres.close();
    } else if (delayMillis > 0) {
      TestDatabase.VERTX.setTimer(delayMillis, later -> passOn(number, answer, store));
    } else {
      passOn(number, answer, store);
    }
  }
}
