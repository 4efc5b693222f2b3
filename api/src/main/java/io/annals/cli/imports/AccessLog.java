package io.annals.cli.imports;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes an activity event of a line of an access log:
 *
 * <ul>
 *   <li>{@code id}: see {@link LogLines}.
 *   <li>{@code createdAt}: the line's time, shifted.
 *   <li>{@code tokenId}: see {@link TokenRule}; {@code serviceAccountId}: as given.
 *   <li>{@code method}, {@code path}: see {@link RequestLine}; {@code statusCode}.
 *   <li>{@code remoteIp}: the client; {@code actor}: the user. Left out where the line has {@code
 *       -}.
 * </ul>
 */
final class AccessLog implements Format.Mapping<LogLines.Line> {
  private final TokenRule tokenRule;
  private final @Nullable UUID serviceAccount;
  private final long shiftMillis;

  AccessLog(TokenRule tokenRule, @Nullable UUID serviceAccount, long shiftMillis) {
    this.tokenRule = tokenRule;
    this.serviceAccount = serviceAccount;
    this.shiftMillis = shiftMillis;
  }

  @Override
  public Item map(LogLines.Line record, String place) throws UnusableException {
    AccessLogLine line = AccessLogLine.parse(record.text());
    ByteArrayOutputStream json = new ByteArrayOutputStream(512);
    try (JsonGenerator event = JsonText.MAPPER.createGenerator(json)) {
      event.writeStartObject();
      event.writeStringField("id", record.id().toString());
      event.writeNumberField("createdAt", line.epochMillis() + shiftMillis);
      event.writeStringField("tokenId", tokenRule.token(line.client()).toString());
      write(event, "serviceAccountId", serviceAccount == null ? null : serviceAccount.toString());
      event.writeStringField("method", line.request().method());
      event.writeStringField("path", line.request().path());
      event.writeNumberField("statusCode", line.statusCode());
      write(event, "remoteIp", line.client().address());
      write(event, "actor", line.client().user());
      event.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("an event cannot be written to memory", e);
    }
    return new Item(place, record.id(), json.toByteArray());
  }

  private static void write(JsonGenerator event, String member, @Nullable String text)
      throws IOException {
    if (text != null) {
      event.writeStringField(member, text);
    }
  }
}
