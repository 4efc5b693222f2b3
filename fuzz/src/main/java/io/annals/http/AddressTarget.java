package io.annals.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.fuzz.Target;
import io.vertx.core.MultiMap;
import java.util.List;

/**
 * Addresses that proxies forward: the first line is {@code Forwarded}, the second {@code
 * X-Forwarded-For}, the third a block as the configuration has them. Whatever they say, a caller
 * has an address, and only trusted peers are listened to.
 */
public final class AddressTarget implements Target {
  private static final String PROXY = "10.0.0.1";
  private static final String STRANGER = "192.0.2.1";

  private final ClientAddress addresses = new ClientAddress(List.of("10.0.0.0/8", "fd00::/8"));

  @Override
  public void check(byte[] input) {
    String[] lines = new String(input, ISO_8859_1).split("\n", -1);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Forwarded", lines[0]);
    if (lines.length > 1) {
      headers.add("X-Forwarded-For", lines[1]);
    }
    assertThat(addresses.of(STRANGER, headers)).isEqualTo(STRANGER);
    assertThat(IpBlock.address(addresses.of(PROXY, headers))).isNotNull();
    if (lines.length > 2) {
      block(lines[2]);
    }
  }

  private static void block(String text) {
    IpBlock block;
    try {
      block = IpBlock.of(text);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("http.trustedProxies");
      return;
    }
    String address = text.replaceFirst("/.*", "");
    assertThat(block.contains(IpBlock.address(address))).isTrue();
  }
}
