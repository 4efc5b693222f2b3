package io.annals.http;

import io.netty.util.NetUtil;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.List;

/**
 * Whom a request comes from. That is the peer of its connection, unless the peer is a trusted
 * proxy: then it is whom that proxy names, by {@code Forwarded} (RFC 7239) or {@code
 * X-Forwarded-For}, and so on while those who are named are trusted proxies themselves.
 *
 * <p>Both headers are read from their end, where the nearest proxy adds; what stands before the
 * first address that is not trusted is anybody's claim and not looked at. Where a trusted proxy
 * names nobody, or what it says cannot be read, it is itself the answer. So is the peer where the
 * two headers say different things: a proxy writes one of them and passes the other on, and which
 * one, only whoever sent it knows.
 */
public final class ClientAddress implements Handler<RoutingContext> {
  private static final String KEY = ClientAddress.class.getName();
  private static final ClientAddress OF_PEERS = new ClientAddress(List.of());

  private static final String FORWARDED = "Forwarded";
  private static final String X_FORWARDED_FOR = "X-Forwarded-For";

  private final List<IpBlock> trusted;

  /**
   * Believes those.
   *
   * @param trustedProxies addresses and CIDR blocks, as {@link HttpSettings} has them
   */
  public ClientAddress(List<String> trustedProxies) {
    trusted = trustedProxies.stream().map(IpBlock::of).toList();
  }

  /** Has the address of this request told by these rules. */
  @Override
  public void handle(RoutingContext context) {
    context.put(KEY, this);
    context.next();
  }

  /** The address of a request's caller, as {@link #of(HttpServerRequest)}. */
  public static String of(RoutingContext context) {
    ClientAddress rules = context.get(KEY, OF_PEERS);
    return rules.of(context.request());
  }

  /** The address, IPv4 in dots or IPv6 in its short form (RFC 5952), without port or zone. */
  public String of(HttpServerRequest request) {
    String peer = request.remoteAddress().hostAddress();
    return peer == null ? "" : of(peer, request.headers());
  }

  String of(String peer, MultiMap headers) {
    InetAddress address = IpBlock.address(peer.replaceFirst("%.*", ""));
    if (address == null) {
      return peer;
    }
    if (!isTrusted(address)) {
      return NetUtil.toAddressString(address);
    }
    InetAddress forwarded = furthest(address, ForwardedHops.ofForwarded(headers.getAll(FORWARDED)));
    InetAddress forwardedFor =
        furthest(address, ForwardedHops.ofForwardedFor(headers.getAll(X_FORWARDED_FOR)));
    boolean isOne = !headers.contains(FORWARDED) || !headers.contains(X_FORWARDED_FOR);
    if (!isOne && !forwarded.equals(forwardedFor)) {
      return NetUtil.toAddressString(address);
    }
    return NetUtil.toAddressString(headers.contains(FORWARDED) ? forwarded : forwardedFor);
  }

  /** Goes on from hop to hop while the one that was reached is trusted. */
  private InetAddress furthest(InetAddress peer, ForwardedHops hops) {
    InetAddress reached = peer;
    for (int i = 0; i < hops.words().size() && isTrusted(reached); i++) {
      InetAddress next = hops.address(i);
      if (next == null) {
        return reached;
      }
      reached = next;
    }
    return reached;
  }

  private boolean isTrusted(InetAddress address) {
    for (IpBlock block : trusted) {
      if (block.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
