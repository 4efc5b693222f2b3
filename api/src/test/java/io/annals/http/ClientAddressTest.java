package io.annals.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
  private static final String PROXY = "10.0.0.1";

  private final ClientAddress addresses =
      new ClientAddress(List.of("10.0.0.0/8", "2001:db8:aaaa::/48", "192.0.2.7"));

  private static MultiMap headers(String name, String... values) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (String value : values) {
      headers.add(name, value);
    }
    return headers;
  }

  private String forwarded(String... values) {
    return addresses.of(PROXY, headers("Forwarded", values));
  }

  private String forwardedFor(String... values) {
    return addresses.of(PROXY, headers("X-Forwarded-For", values));
  }

  @Test
  void peerThatIsNotTrusted_isTheClientWhateverItClaims() {
    for (String peer : List.of("198.51.100.4", "11.0.0.1", "192.0.2.8", "2001:db8:aaab::1")) {
      assertThat(addresses.of(peer, headers("Forwarded", "for=1.2.3.4"))).isEqualTo(peer);
      assertThat(addresses.of(peer, headers("X-Forwarded-For", "1.2.3.4"))).isEqualTo(peer);
    }
  }

  @Test
  void trustedPeer_isTheClientOfRequestsOfItsOwn() {
    for (String peer : List.of("10.0.0.1", "10.255.3.4", "192.0.2.7", "2001:db8:aaaa::1")) {
      assertThat(addresses.of(peer, MultiMap.caseInsensitiveMultiMap())).isEqualTo(peer);
    }
  }

  @Test
  void withoutTrustedProxies_nobodyIsBelieved() {
    ClientAddress none = new ClientAddress(List.of());
    assertThat(none.of(PROXY, headers("X-Forwarded-For", "1.2.3.4"))).isEqualTo(PROXY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "for=198.51.100.4|198.51.100.4",
        "For=198.51.100.4;proto=http;by=203.0.113.43|198.51.100.4",
        "proto=https; for=198.51.100.4 |198.51.100.4",
        "for=\"198.51.100.4:4711\"|198.51.100.4",
        "for=198.51.100.4:4711|198.51.100.4",
        "for=\"198.51.100.4:_port\"|198.51.100.4",
        "for=\"[2001:db8:cafe::17]:4711\"|2001:db8:cafe::17",
        "for=\"[2001:0DB8:cafe:0::17]\"|2001:db8:cafe::17",
        "for=\"2001:db8:cafe::17\"|2001:db8:cafe::17",
        "for=\"[::ffff:198.51.100.4]\"|198.51.100.4",
        "by=\"a;b,for=1.1.1.1\";for=198.51.100.4|198.51.100.4",
        "for=1.1.1.1, for=198.51.100.4|198.51.100.4",
        "for=198.51.100.4,for=10.9.9.9|198.51.100.4",
        "for=1.1.1.1,for=198.51.100.4,for=192.0.2.7,for=\"[2001:db8:aaaa::2]\"|198.51.100.4",
        "for=10.1.1.1, for=10.2.2.2|10.1.1.1",
      })
  void forwarded_namesTheClient(String value, String client) {
    assertThat(forwarded(value)).isEqualTo(client);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "198.51.100.4|198.51.100.4",
        "198.51.100.4:4711|198.51.100.4",
        "2001:db8:cafe::17|2001:db8:cafe::17",
        "[2001:db8:cafe::17]|2001:db8:cafe::17",
        "[2001:db8:cafe::17]:4711|2001:db8:cafe::17",
        "1.1.1.1, 198.51.100.4|198.51.100.4",
        "1.1.1.1,198.51.100.4 , 10.9.9.9,10.8.8.8|198.51.100.4",
        "10.1.1.1, 10.2.2.2|10.1.1.1",
      })
  void forwardedFor_namesTheClient(String value, String client) {
    assertThat(forwardedFor(value)).isEqualTo(client);
  }

  @Test
  void headerLines_areOneList() {
    assertThat(forwardedFor("1.1.1.1", "198.51.100.4", "10.9.9.9")).isEqualTo("198.51.100.4");
    assertThat(forwarded("for=1.1.1.1", "for=198.51.100.4", "for=10.9.9.9"))
        .isEqualTo("198.51.100.4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "for=unknown",
        "for=_hidden",
        "for=\"_SEVKISEK:1\"",
        "proto=https",
        "for=",
        "for=\"\"",
        "for",
        "=1.2.3.4",
        "for=1.2.3.4;for=1.2.3.5",
        "for=1.2.3.4 x",
        "for=\"1.2.3.4",
        "for=1.2.3.4\"",
        "for=\"1.2.3.4\\\"\"",
        "for=1.2.3",
        "for=1.2.3.256",
        "for=[1.2.3.4",
        "for=[::1",
        "for=\"[fe80::1%eth0]\"",
        "for=example.com",
        "for=localhost",
        "for=:::",
        "\u0000",
      })
  void forwardedThatNamesNobody_leavesTheProxy(String value) {
    assertThat(forwarded(value)).isEqualTo(PROXY);
    assertThat(forwardedFor(value)).isEqualTo(PROXY);
    // What is behind it is believed all the same, and what is before it, not looked at.
    assertThat(forwarded(value, "for=10.7.7.7")).isIn("10.7.7.7", PROXY);
    assertThat(forwarded(value, "for=198.51.100.4")).isEqualTo("198.51.100.4");
    assertThat(forwardedFor(value, "198.51.100.4")).isEqualTo("198.51.100.4");
  }

  @Test
  void proxyThatHidesItsClient_isTheClient() {
    assertThat(forwarded("for=198.51.100.4, for=_hidden, for=10.7.7.7")).isEqualTo("10.7.7.7");
    assertThat(forwarded("for=198.51.100.4, for=unknown")).isEqualTo(PROXY);
  }

  @Test
  void headersThatDisagree_areBothNotBelieved() {
    MultiMap forged =
        headers("Forwarded", "for=198.51.100.4").add("X-Forwarded-For", "198.51.100.5");
    assertThat(addresses.of(PROXY, forged)).isEqualTo(PROXY);
    MultiMap same = headers("Forwarded", "for=198.51.100.4").add("X-Forwarded-For", "198.51.100.4");
    assertThat(addresses.of(PROXY, same)).isEqualTo("198.51.100.4");
  }

  @Test
  void anythingAtAll_isAnAddress() {
    Random random = new Random(31);
    String alphabet = "for=FOR\"\\,;: []._%x1234567890abcdef\u00e9\t";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder value = new StringBuilder(random.nextBoolean() ? "for=" : "");
      for (int length = random.nextInt(40); length > 0; length--) {
        value.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String text = value.toString();
      assertThat(IpBlock.address(forwarded(text))).as(text).isNotNull();
      assertThat(IpBlock.address(forwardedFor(text))).as(text).isNotNull();
      assertThat(forwarded(text, "for=198.51.100.4")).as(text).isEqualTo("198.51.100.4");
    }
  }

  @Test
  void peerWithAZone_isNamedWithoutIt() {
    assertThat(addresses.of("fe80::1%eth0", MultiMap.caseInsensitiveMultiMap()))
        .isEqualTo("fe80::1");
  }

  @Test
  void blocks_endWhereTheirBitsDo() {
    IpBlock block = IpBlock.of("203.0.113.64/27");
    for (int last = 0; last < 256; last++) {
      boolean inside = last >= 64 && last < 96;
      assertThat(block.contains(IpBlock.address("203.0.113." + last))).isEqualTo(inside);
    }
    assertThat(IpBlock.of("0.0.0.0/0").contains(IpBlock.address("203.0.113.1"))).isTrue();
    assertThat(IpBlock.of("0.0.0.0/0").contains(IpBlock.address("::1"))).isFalse();
    assertThat(IpBlock.of("::/0").contains(IpBlock.address("2001:db8::1"))).isTrue();
    assertThat(IpBlock.of("::1").contains(IpBlock.address("::2"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "10.0.0/8", "/8"})
  void whatIsNoBlock_isRefused(String text) {
    assertThatThrownBy(() -> IpBlock.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http.trustedProxies")
        .hasMessageContaining("\"" + text + "\"");
  }
}
