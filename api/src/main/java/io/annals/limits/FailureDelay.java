package io.annals.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.annals.http.ClientAddress;
import io.annals.http.OwnAnswer;
import io.annals.http.Refusal;
import io.annals.http.Refusal.Reason;
import io.annals.metrics.Bounds;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.util.NetUtil;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets failed authentications wait for their answer when many came from the same client address.
 * Only failures wait, so that nobody can lock out who shares an address. To stand before the
 * failure handler that answers. Shared by event loops.
 */
public final class FailureDelay implements Handler<RoutingContext>, MeterBinder {
  static final long DELAY_MILLIS_MAX = 5000;

  /** Beyond it an answer costs the client its connection instead. */
  static final int DELAYED_MAX = 1000;

  private static final int ADDRESSES_MAX = 10_000;
  private static final int NETWORK_BYTES = 8;

  private final int failuresPerMinute;
  private final TimeMeter clock;
  private final Cache<String, Bucket> addresses;
  private final AtomicInteger delayed = new AtomicInteger();

  /**
   * A delay of what goes beyond a rate.
   *
   * @param failuresPerMinute of one address; as many may come at once
   */
  public FailureDelay(int failuresPerMinute) {
    this(failuresPerMinute, TimeMeter.SYSTEM_NANOTIME);
  }

  FailureDelay(int failuresPerMinute, TimeMeter clock) {
    this.failuresPerMinute = failuresPerMinute;
    this.clock = clock;
    addresses =
        Caffeine.newBuilder()
            .maximumSize(ADDRESSES_MAX)
            .expireAfterAccess(Duration.ofMinutes(1).plusMillis(DELAY_MILLIS_MAX))
            .ticker(clock::currentTimeNanos)
            .build();
  }

  @Override
  public void handle(RoutingContext context) {
    long delayMillis = isFailure(context) ? delayMillis(ClientAddress.of(context)) : 0;
    if (delayMillis == 0) {
      context.next();
    } else if (delayed.incrementAndGet() > DELAYED_MAX) {
      delayed.decrementAndGet();
      endConnection(context);
      context.next();
    } else {
      context
          .vertx()
          .setTimer(
              delayMillis,
              id -> {
                delayed.decrementAndGet();
                context.next();
              });
    }
  }

  /** In HTTP/2, which has no header for it, when what else was asked on it is answered. */
  private static void endConnection(RoutingContext context) {
    if (context.request().version() == HttpVersion.HTTP_2) {
      context.request().connection().shutdown(DELAY_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } else {
      context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    Bounds.queue(meters, "delayed_failures", "answers", DELAYED_MAX, delayed, AtomicInteger::get);
    Bounds.cache(
        meters, "failing_addresses", "entries", ADDRESSES_MAX, addresses, Cache::estimatedSize);
  }

  private static boolean isFailure(RoutingContext context) {
    Throwable failure = context.failure();
    return failure instanceof OwnAnswer own
        ? own.isUnauthenticated()
        : failure instanceof Refusal refusal && refusal.reason() == Reason.UNAUTHENTICATED;
  }

  /** How long the next failure of this address has to wait: until its turn, up to the bound. */
  long delayMillis(String address) {
    Bucket bucket = addresses.get(network(address), absent -> newBucket());
    long millis = TimeUnit.NANOSECONDS.toMillis(bucket.consumeIgnoringRateLimits(1));
    if (millis < DELAY_MILLIS_MAX) {
      return millis;
    }
    bucket.addTokens(1); // what waits for less than its turn must not put off all that follow
    return DELAY_MILLIS_MAX;
  }

  /** An IPv6 client has all addresses of its /64 (RFC 6177), and may use another for each call. */
  private static String network(String address) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    return bytes == null || bytes.length == 4
        ? address
        : HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES);
  }

  private Bucket newBucket() {
    return Bucket.builder()
        .addLimit(
            limit ->
                limit
                    .capacity(failuresPerMinute)
                    .refillGreedy(failuresPerMinute, Duration.ofMinutes(1)))
        .withCustomTimePrecision(clock)
        .build();
  }

  long size() {
    addresses.cleanUp();
    return addresses.estimatedSize();
  }
}
