package io.annals.auth;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Where keys come from. Its {@code toString} names the place, for the log. */
interface Source {
  /** What a set may take; a handful of keys with certificates takes 20 KiB. */
  int BYTES_MAX = 256 * 1024;

  /** Reads the whole, within a bounded time, without blocking the caller. */
  Future<Buffer> load();

  /** Says whether the server may start without the keys, and get them later. */
  boolean mayStartWithout();

  /** The pause between one load and the next. */
  long periodMillis();

  /** The least pause after a load, when it failed or when a token names an unknown key. */
  long gapMillis();

  Future<Void> close();
}
