package io.annals.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewEventTest {
  private static final EventStream STREAM =
      EventStream.named("sample").required(Field.Type.JSON, "payload").build();
  private static final UUID ID = UUID.randomUUID();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 1.0",
        "[1] | [1.00]",
        "0 | -0.0",
        "100 | 1e2",
        "{\"a\":1,\"b\":[true,null]} | {\"b\":[true,null],\"a\":1}",
        "\"\\u0041\" | \"A\"",
        "1e99999999999 | 1e99999999999",
      })
  void sameAs_forEqualJson_isTrue(String sent, String stored) {
    assertThat(isSame(sent, stored)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "9007199254740993 | 9007199254740992.0",
        "0.1 | 0.10000000000000000001",
        "1e400 | 1e401",
        "1e99999999999 | 1e99999999998",
        "[1,2] | [2,1]",
        "{\"a\":null} | {}",
        "\"1\" | 1",
        "[] | {}",
      })
  void sameAs_forOtherJson_isFalse(String sent, String stored) {
    assertThat(isSame(sent, stored)).isFalse();
  }

  private static boolean isSame(String sent, String stored) {
    NewEvent event = new NewEvent(new Event(1, ID, new Object[] {sent}), true, true);
    return event.sameAs(new Event(1, ID, new Object[] {stored}), STREAM);
  }
}
