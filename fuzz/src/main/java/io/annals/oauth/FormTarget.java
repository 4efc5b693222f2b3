package io.annals.oauth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.fuzz.Target;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Requests for tokens: the first line is the header, unless it is empty; the rest is the form. */
public final class FormTarget implements Target {
  @Override
  public void check(byte[] input) {
    String text = new String(input, ISO_8859_1);
    int end = Math.max(text.indexOf('\n'), 0);
    Buffer form = Buffer.buffer(text.substring(end).strip().getBytes(ISO_8859_1));
    try {
      TokenRequest request =
          TokenRequest.of(form, end == 0 ? List.of() : List.of(text.substring(0, end)));
      assertThat(request.name()).isNotEmpty();
      assertThat(request.apiKey()).isNotEmpty();
      assertThat(request.toString()).isEqualTo("TokenRequest[" + request.name() + "]");
    } catch (TokenRefusal e) {
      assertThat(e.description()).isNotBlank();
    }
  }
}
