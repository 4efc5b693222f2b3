package io.annals.http;

import io.annals.contract.ApiDocument;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * The published documents at {@code /openapi/NAME.yaml} and a page to browse and try them at {@code
 * /docs}. Everything comes from the class path, so it works without a network.
 */
public final class Docs {
  private static final String POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
          + " frame-ancestors 'none'";

  private static final Pattern FILE = Pattern.compile("/docs/ui/[\\w.-]+");

  /** Routes are tried in ascending order; those of the API start at 0 with the door. */
  private static final int BEFORE_THE_DOOR = -1;

  private Docs() {}

  /** Adds the routes, which need no credential. */
  public static void mount(Router router, List<ApiDocument> documents) {
    for (ApiDocument document : documents) {
      Buffer yaml = Buffer.buffer(document.source());
      router
          .get("/openapi/" + document.name() + ".yaml")
          .order(BEFORE_THE_DOOR)
          .handler(context -> send(context, "application/yaml", yaml));
    }
    Buffer page = resource("docs/index.html");
    Buffer script = resource("docs/init.js");
    router.get("/").order(BEFORE_THE_DOOR).handler(context -> context.redirect("/docs"));
    router
        .get("/docs")
        .order(BEFORE_THE_DOOR)
        .handler(context -> send(context, "text/html; charset=utf-8", page));
    router
        .get("/docs/init.js")
        .order(BEFORE_THE_DOOR)
        .handler(context -> send(context, "text/javascript", script));
    router
        .get("/docs/ui/*")
        .order(BEFORE_THE_DOOR)
        .handler(Docs::onlyFiles)
        .handler(
            StaticHandler.create(
                FileSystemAccess.RELATIVE,
                "META-INF/resources/webjars/swagger-ui/" + swaggerVersion()));
  }

  /** The static handler fails on an escaped slash; there are no directories to ask for. */
  private static void onlyFiles(RoutingContext context) {
    if (FILE.matcher(context.normalizedPath()).matches()) {
      context.next();
    } else {
      context.fail(Refusal.of(Refusal.Reason.NOT_FOUND, "nothing is served at this path"));
    }
  }

  private static void send(RoutingContext context, String mediaType, Buffer body) {
    HttpServerResponse response = context.response();
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, mediaType)
        .putHeader(AnswerHeaders.CONTENT_SECURITY_POLICY, POLICY)
        .end(body);
  }

  private static String swaggerVersion() {
    Properties properties = new Properties();
    try (InputStream in =
        Docs.class
            .getClassLoader()
            .getResourceAsStream("META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static Buffer resource(String name) {
    try (InputStream in = Docs.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
