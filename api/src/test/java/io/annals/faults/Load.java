package io.annals.faults;

import io.annals.e2e.Answer;
import io.annals.e2e.Call;
import io.annals.e2e.Stream;
import io.annals.faults.Sender.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Many clients of one tenant at once: some write, each until it has an answer for good, others
 * follow lists to their end again and again. What readers must never see is counted here.
 */
final class Load {
  /** The streams that are written; an account's activity is that of all tokens. */
  static final List<Stream> STREAMS =
      List.of(Stream.CREDENTIALS, Stream.EVENTS, Stream.LOG, Stream.ACCOUNT);

  /** A server that was started just now has everything to learn, also how to be fast. */
  private static final int START_MILLIS_MAX = 60_000;

  private static final int PAGE_PAUSE_MILLIS_MIN = 5;

  /** A reader pauses so many times while a writer pauses once. */
  private static final int PAGES_PER_BODY = 10;

  private final Site site;
  private final Crew crew;
  private final UUID tenant = UUID.randomUUID();
  private final String credential;
  private final Ledger ledger = new Ledger();
  private final Tally tally = new Tally();
  private final Map<Stream, Long> pages = new ConcurrentHashMap<>();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder repeated = new LongAdder();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> clients = new ArrayList<>();
  private volatile boolean ending;

  /** Clients that begin at once. */
  Load(Site site, Crew crew) {
    this.site = site;
    this.crew = crew;
    credential = site.credential(tenant);
    crew.senders().forEach(sender -> clients.add(threads.submit(() -> write(sender))));
    for (Stream stream : STREAMS) {
      pages.put(stream, 0L);
      clients.add(threads.submit(() -> read(stream)));
    }
  }

  /** Whose clients these are. */
  UUID tenant() {
    return tenant;
  }

  Ledger ledger() {
    return ledger;
  }

  Tally tally() {
    return tally;
  }

  /** Events that a reader did not see although they were acknowledged before it began. */
  long skipped() {
    return skipped.sum();
  }

  /** Events that a reader saw twice on one way through a list. */
  long repeated() {
    return repeated.sum();
  }

  /** Another client of the same tenant. */
  Visitor visitor(int at) {
    return new Visitor(site::urls, at, tenant, credential, tally);
  }

  private void write(Sender sender) {
    long done = 0;
    try (Visitor visitor = visitor(sender.number())) {
      while (!ending) {
        Call call = sender.call(tenant, done);
        Answer answer = visitor.ask(call, sender.form() == Form.SLOW_LINES);
        if (answer != null) {
          done += settled(sender, done, answer);
          ledger.enter(sender, done);
        }
        Visitor.pause(crew.pauseMillis());
      }
    }
  }

  /** How many events of a body that began with this one have their final answer. */
  private static long settled(Sender sender, long first, Answer answer) {
    boolean mustBeRefused = !sender.stream().isActivity() && sender.isSpoilt(first);
    long storable = sender.storable(first, first + sender.bodyEvents());
    long known =
        switch (answer.status()) {
          case 200 -> answer.json().getLong("accepted");
          case 201 -> answer.json().getLong("accepted") + answer.json().getLong("duplicates");
          case 400, 422 -> mustBeRefused ? 0 : -1;
          case 429, 503 -> storable;
          default -> -1;
        };
    if (known != storable) {
      throw new AssertionError(
          sender + " sent " + storable + " good events from " + first + ": " + answer);
    }
    return answer.status() == 429 || answer.status() == 503
        ? answer.json().getLong("resumeFromLine", 1L) - 1
        : sender.bodyEvents();
  }

  private void read(Stream stream) {
    try (Visitor visitor = visitor(STREAMS.indexOf(stream))) {
      while (!ending) {
        Map<Sender, Long> before = ledger.copy();
        Walk walk = new Walk(visitor, stream);
        boolean more = true;
        while (more && !ending) {
          more = walk.next();
          pages.put(stream, pages.getOrDefault(stream, 0L) + walk.takePages());
          Visitor.pause(Math.max(PAGE_PAUSE_MILLIS_MIN, crew.pauseMillis() / PAGES_PER_BODY));
        }
        repeated.add(walk.twice());
        skipped.add(more ? 0 : walk.missing(before));
      }
    }
  }

  /** Lets them go on for so long; fails as a client that failed. */
  void run(long millis) throws Exception {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    do {
      check();
      Thread.sleep(Math.min(millis, 100));
    } while (System.nanoTime() < endNanos);
  }

  private void check() throws Exception {
    for (Future<?> client : clients) {
      if (client.isDone()) {
        client.get();
      }
    }
  }

  /** Waits until everybody was served once. */
  void awaitStart() throws Exception {
    awaitProgress(START_MILLIS_MAX);
  }

  /**
   * Waits until each reader was served again, and each writer that sends at once what it has;
   * returns for how long.
   *
   * @param millisMax beyond it, and what two answers may take, it fails
   */
  long awaitProgress(long millisMax) throws Exception {
    Map<Sender, Long> from = ledger.copy();
    Map<Stream, Long> pagesFrom = Map.copyOf(pages);
    long startNanos = System.nanoTime();
    long waitedMillis = 0;
    while (!crew.senders().stream().allMatch(sender -> hasProgressed(sender, from))
        || !STREAMS.stream().allMatch(stream -> pages.get(stream) > pagesFrom.get(stream))) {
      if (waitedMillis > Math.max(millisMax, 2 * Visitor.ANSWER_MILLIS_MAX)) {
        throw new AssertionError("some are not served any more: " + from + ", " + ledger.copy());
      }
      check();
      Thread.sleep(5);
      waitedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
    return waitedMillis;
  }

  private boolean hasProgressed(Sender sender, Map<Sender, Long> from) {
    return sender.form() == Form.SLOW_LINES
        || ledger.copy().getOrDefault(sender, 0L) > from.getOrDefault(sender, 0L);
  }

  /** Ends what is under way. */
  void end() throws Exception {
    ending = true;
    threads.shutdown();
    for (Future<?> client : clients) {
      client.get(1, TimeUnit.MINUTES);
    }
  }
}
