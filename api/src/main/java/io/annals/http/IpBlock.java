package io.annals.http;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A block of addresses, {@code 10.0.0.0/8} or {@code 2001:db8::/32}, or a single one. */
final class IpBlock {
  private final IpSubnetFilterRule rule;

  private IpBlock(IpSubnetFilterRule rule) {
    this.rule = rule;
  }

  /**
   * Parses it.
   *
   * @throws IllegalArgumentException naming the setting that it comes from, if it is none
   */
  static IpBlock of(String text) {
    int slash = text.indexOf('/');
    InetAddress address = address(slash < 0 ? text : text.substring(0, slash));
    int bitsMax = address == null ? 0 : 8 * address.getAddress().length;
    int bits = slash < 0 ? bitsMax : bits(text.substring(slash + 1));
    if (address == null || bits < 0 || bits > bitsMax) {
      throw new IllegalArgumentException(
          "http.trustedProxies must be IP addresses or blocks like 10.0.0.0/8, not \""
              + text
              + "\"");
    }
    return new IpBlock(new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT));
  }

  private static int bits(String text) {
    return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
  }

  boolean contains(InetAddress address) {
    return rule.matches(new InetSocketAddress(address, 0));
  }

  /** The address that is written so, never by a look-up; null if it is none, or has a zone. */
  static @Nullable InetAddress address(String text) {
    boolean isIp = NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text);
    return isIp && text.indexOf('%') < 0 && text.indexOf('[') < 0
        ? NetUtil.createInetAddressFromIpAddressString(text)
        : null;
  }
}
