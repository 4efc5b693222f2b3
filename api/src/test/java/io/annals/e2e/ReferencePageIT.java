package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The reference in a browser, as people use it: "Authorize", then "Try it out". It runs where
 * {@code annals.it.browser} says where a Chromium is.
 */
@EnabledIfSystemProperty(named = "annals.it.browser", matches = ".+")
class ReferencePageIT {
  /** What people see and do; React takes a text that was put in by the element's own setter. */
  private static final String HANDS =
      """
      const see = async selector => {
        for (let i = 0; i < 400; i++) {
          const found = document.querySelector(selector);
          if (found) return found;
          await new Promise(done => setTimeout(done, 25));
        }
        throw new Error('nowhere: ' + selector);
      };
      const type = async (selector, text) => {
        const input = await see(selector);
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, text);
        input.dispatchEvent(new Event('input', { bubbles: true }));
        input.dispatchEvent(new FocusEvent('focusout', { bubbles: true })); // or it waits for more
      };
      const press = async selector => (await see(selector)).click();
      """;

  private static final String AUTHORIZE = pressing(".auth-wrapper .authorize");
  private static final String CLOSE = pressing(".modal-ux .close-modal");

  /** The button of the scheme that has this field, pressed; it is "Logout" once it is over. */
  private static final String CONFIRM =
      """
      (await see('%s')).closest('.auth-container').querySelector('button.authorize').click();
      for (let i = 0; i < 400 && document.querySelector('%1$s'); i++) {
        await new Promise(done => setTimeout(done, 25));
      }
      """;

  private final KeyClient keys = KeyClient.ofNewTenant("postgres");

  /** One operation of a document, and its parameter that is for the tenant. */
  private record Shown(String document, String operation, String parameter) {}

  private static final List<Shown> DOCUMENTS =
      List.of(
          new Shown("tenant: credential audit, activity", "listTokens", "tenant"),
          new Shown("events: audit events", "listAuditEvents", ""),
          new Shown("log: audit log", "listAuditLog", "X-Tenant-ID"));

  @Test
  void everyDocument_authorisesItselfByKeyAndByToken_andCallsItsOperations() {
    Path profile = Path.of("target", "browser").toAbsolutePath(); // a browser may outlast its end
    JsonObject key =
        keys.post(
            "tokens",
            KeyClient.newToken()
                .put("userId", "ada")
                .put("scopes", JsonArray.of("audit:read", "keys:read")));
    try (keys;
        Browser browser = new Browser(System.getProperty("annals.it.browser"), profile)) {
      for (Shown shown : DOCUMENTS) {
        open(browser, shown);
        browser.run(HANDS + AUTHORIZE + byKey(key) + CLOSE);
        assertThat(tryOut(browser, shown))
            .as("%s with X-API-Key", shown)
            .isEqualToIgnoringWhitespace("200");
        open(browser, shown);
        browser.run(HANDS + AUTHORIZE + byToken(key) + CLOSE);
        assertThat(tryOut(browser, shown))
            .as("%s with a token", shown)
            .isEqualToIgnoringWhitespace("200");
      }
    }
  }

  /** Without what the page remembers of the last time. */
  private static void open(Browser browser, Shown shown) {
    String docs = ApiFixture.server().url() + "/docs";
    browser.open(docs);
    browser.run("localStorage.clear()");
    String name = URLEncoder.encode(shown.document(), StandardCharsets.UTF_8);
    browser.open(docs + "?urls.primaryName=" + name);
    browser.run(HANDS + "await see('[id$=\"-" + shown.operation() + "\"]')");
  }

  private static String typing(String selector, String text) {
    return "await type('%s', '%s');".formatted(selector, text);
  }

  private static String pressing(String selector) {
    return "await press('%s');".formatted(selector);
  }

  private static String byKey(JsonObject key) {
    String field = "#api_key_value";
    return typing(field, key.getString("secret")) + CONFIRM.formatted(field);
  }

  private static String byToken(JsonObject key) {
    String id = "#client_id_clientCredentials";
    return typing(id, key.getString("id"))
        + typing("#client_secret_clientCredentials", key.getString("secret"))
        + CONFIRM.formatted(id);
  }

  /** The status of the answer to a call with this tenant, if the operation asks for one. */
  private String tryOut(Browser browser, Shown shown) {
    String operation = "[id$=\"-" + shown.operation() + "\"] ";
    String field = operation + "tr[data-param-name=\"" + shown.parameter() + "\"] input:enabled";
    return browser.run(
        HANDS
            + pressing(operation + ".opblock-summary-control")
            + pressing(operation + ".try-out__btn")
            + (shown.parameter().isEmpty() ? "" : typing(field, keys.tenant().toString()))
            + pressing(operation + ".execute")
            + "return (await see('%s.live-responses-table tbody .response-col_status')).innerText;"
                .formatted(operation));
  }
}
