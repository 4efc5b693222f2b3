package io.annals.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Camel case, epoch milliseconds, errors by RFC 9457. */
final class TenantDialect implements Dialect {
  @Override
  public String document() {
    return "tenant";
  }

  @Override
  public String memberName(String snakeCase) {
    StringBuilder camel = new StringBuilder();
    for (int i = 0; i < snakeCase.length(); i++) {
      char c = snakeCase.charAt(i);
      camel.append(c == '_' ? Character.toUpperCase(snakeCase.charAt(++i)) : c);
    }
    return camel.toString();
  }

  @Override
  public String snakeCase(String memberName) {
    return memberName.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  @Override
  public String itemsMember() {
    return "items";
  }

  @Override
  public String limitParameter() {
    return "PageSize";
  }

  @Override
  public String cursorParameter() {
    return "PageToken.Cursor";
  }

  @Override
  public boolean writesTenant() {
    return true;
  }

  @Override
  public void writeTime(JsonGenerator json, long epochMillis) throws IOException {
    json.writeNumber(epochMillis);
  }

  @Override
  public void writeListEnd(JsonGenerator json, @Nullable String cursor, OptionalLong total)
      throws IOException {
    json.writeStringField("nextPageToken", cursor);
    if (total.isPresent()) {
      json.writeNumberField("totalCount", total.getAsLong());
    }
  }

  @Override
  public String refusalMediaType() {
    return "application/problem+json";
  }

  @Override
  public void writeRefusal(JsonGenerator json, Refusal refusal, String path) throws IOException {
    String problem = refusal.reason().problem();
    String words = problem.replace('-', ' ');
    json.writeStringField("type", "urn:annals:problem:" + problem);
    json.writeStringField(
        "title", words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1));
    json.writeNumberField("status", status(refusal.reason()));
    json.writeStringField("detail", refusal.detail());
    if (isReference(path)) {
      json.writeStringField("instance", path);
    }
    if (!refusal.violations().isEmpty()) {
      json.writeArrayFieldStart("errors");
      for (Violation violation : refusal.violations()) {
        json.writeStartObject();
        RefusalJson.writePlace(json, violation);
        json.writeStringField("detail", violation.fault().message());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    RefusalJson.writeMembers(json, refusal.members());
  }

  /** Servers get to see paths that no URI has. */
  private static boolean isReference(String path) {
    try {
      return path.equals(new URI(path).toASCIIString());
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
