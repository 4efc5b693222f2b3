package io.annals.e2e;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A Chromium without a window, which is told what to do by its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final String LISTENING = "DevTools listening on ";
  private static final int MESSAGE_BYTES_MAX = 1 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger commands = new AtomicInteger();
  private final Map<Integer, Promise<JsonObject>> asked = new ConcurrentHashMap<>();
  private final Process process;
  private final WebSocket socket;
  private final String session;

  /**
   * Starts it with an empty page.
   *
   * @param executable Chromium or Chrome
   * @param profile a directory of its own, which it makes
   */
  Browser(String executable, Path profile) {
    try {
      process =
          new ProcessBuilder(
                  executable,
                  "--headless=new",
                  "--no-sandbox", // which root has none of; it loads nothing but our pages
                  "--remote-debugging-port=0",
                  "--user-data-dir=" + profile,
                  "about:blank")
              .redirectErrorStream(true)
              .start();
      String url = listeningUrl(process.inputReader());
      socket = ApiFixture.await(connect(url));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    socket.textMessageHandler(this::hear);
    String target =
        run("Target.createTarget", null, new JsonObject().put("url", "about:blank"))
            .getString("targetId");
    JsonObject attach = new JsonObject().put("targetId", target).put("flatten", true);
    session = run("Target.attachToTarget", null, attach).getString("sessionId");
  }

  private static String listeningUrl(BufferedReader output) throws IOException {
    String line = output.readLine();
    while (line != null && !line.startsWith(LISTENING)) {
      line = output.readLine();
    }
    return Objects.requireNonNull(line, "the browser ended").substring(LISTENING.length());
  }

  private Future<WebSocket> connect(String url) {
    return vertx
        .createWebSocketClient(
            new WebSocketClientOptions()
                .setMaxMessageSize(MESSAGE_BYTES_MAX)
                .setMaxFrameSize(MESSAGE_BYTES_MAX))
        .connect(new WebSocketConnectOptions().setAbsoluteURI(url).setAllowOriginHeader(false));
  }

  private void hear(String message) {
    JsonObject heard = new JsonObject(message);
    Promise<JsonObject> promise = asked.remove(heard.getInteger("id", 0));
    if (promise != null) {
      promise.complete(heard);
    }
  }

  private JsonObject run(String method, @Nullable String of, JsonObject parameters) {
    int id = commands.incrementAndGet();
    Promise<JsonObject> answer = Promise.promise();
    asked.put(id, answer);
    JsonObject command =
        new JsonObject().put("id", id).put("method", method).put("params", parameters);
    if (of != null) {
      command.put("sessionId", of);
    }
    socket.writeTextMessage(command.encode());
    JsonObject heard = ApiFixture.await(answer.future());
    if (heard.containsKey("error")) {
      throw new AssertionError(method + ": " + heard);
    }
    return heard.getJsonObject("result");
  }

  void open(String url) {
    run("Page.enable", session, new JsonObject());
    run("Page.navigate", session, new JsonObject().put("url", url));
  }

  /**
   * Runs the body of an asynchronous function in the page.
   *
   * @return what it returns, as text
   */
  String run(String script) {
    JsonObject expression =
        new JsonObject()
            .put("expression", "(async () => {" + script + "})()")
            .put("awaitPromise", true)
            .put("returnByValue", true);
    JsonObject result = run("Runtime.evaluate", session, expression);
    if (result.containsKey("exceptionDetails")) {
      throw new AssertionError(result.getJsonObject("exceptionDetails").encodePrettily());
    }
    return String.valueOf(result.getJsonObject("result").getValue("value"));
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    ApiFixture.await(vertx.close());
  }
}
