package io.annals.cli.imports;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Gathers items into requests and keeps a few of them under way. One thread adds; while all
 * requests are under way it waits, so memory holds a bounded number of items however fast they are
 * read.
 */
final class Uploader implements AutoCloseable {
  private static final int BYTES_MAX = 3 * 1024 * 1024;
  private static final int REQUESTS_MAX = 4;
  private static final int CLOSE_SECONDS_MAX = 10;

  private final Target target;
  private final Sender sender;
  private final Tally tally;
  private final ExecutorService workers = Executors.newFixedThreadPool(REQUESTS_MAX);
  private final Semaphore idle = new Semaphore(REQUESTS_MAX);
  private final AtomicReference<@Nullable ImportException> failure = new AtomicReference<>();
  private Map<UUID, Item> batch = new LinkedHashMap<>();
  private long batchBytes;

  Uploader(Target target, Sender sender, Tally tally) {
    this.target = target;
    this.sender = sender;
    this.tally = tally;
  }

  /** Sends the item, sooner or later. */
  void add(Item item) throws ImportException, InterruptedException {
    Item same = batch.get(item.id());
    if (same != null && Arrays.equals(same.json(), item.json())) {
      tally.stored(0, 1);
      return;
    }
    boolean full = batch.size() == target.itemsMax() || batchBytes + item.json().length > BYTES_MAX;
    if (same != null || full) {
      submit(); // with another item of this id, the server says that they are in conflict
    }
    batch.put(item.id(), item);
    batchBytes += item.json().length;
  }

  /** Sends what is left and waits until all is settled. */
  void finish() throws ImportException, InterruptedException {
    submit();
    idle.acquire(REQUESTS_MAX);
    idle.release(REQUESTS_MAX);
    failIfFailed();
  }

  @Override
  public void close() {
    workers.shutdownNow();
    try {
      // So that nothing is counted any more when the summary is printed.
      if (!workers.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
        tally.failed("requests that were under way could not be stopped; the counts may be low");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void submit() throws ImportException, InterruptedException {
    failIfFailed();
    if (batch.isEmpty()) {
      return;
    }
    List<Item> items = List.copyOf(batch.values());
    batch = new LinkedHashMap<>();
    batchBytes = 0;
    idle.acquire();
    workers.execute(() -> run(items));
  }

  private void run(List<Item> items) {
    try {
      if (failure.get() == null) {
        settle(items);
      }
    } catch (ImportException e) {
      failure.compareAndSet(null, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure.compareAndSet(null, new ImportException("the import was interrupted", e));
    } catch (RuntimeException e) {
      failure.compareAndSet(null, new ImportException("a request could not be sent: " + e, e));
    } finally {
      idle.release();
    }
  }

  private void settle(List<Item> items) throws ImportException, InterruptedException {
    Deque<List<Item>> open = new ArrayDeque<>(List.of(items));
    while (!open.isEmpty()) {
      List<Item> sent = open.pop();
      Sender.Answer answer = sender.send(target.encode(sent));
      Target.Verdict verdict = target.judge(answer.status, answer.body, sent);
      tally.stored(verdict.accepted(), verdict.duplicates());
      verdict.refused().forEach((item, reason) -> tally.refused(reason, item.place()));
      open.addAll(verdict.resend());
      tally.failIfAllRefused(target.refusedAtFirstMax());
    }
  }

  private void failIfFailed() throws ImportException {
    ImportException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }
}
