package io.annals.cli.imports;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/**
 * When the calls in access logs were made, as far as that can be told before they are imported: by
 * all lines that can be imported, but of a stream by its first ones.
 */
public final class AccessLogSurvey {
  private final long olderThanMillis;
  private long lines;
  private long older;
  private long firstMillis = Long.MAX_VALUE;
  private long lastMillis = Long.MIN_VALUE;

  private AccessLogSurvey(Instant olderThan) {
    this.olderThanMillis = olderThan.toEpochMilli();
  }

  /** Looks at these inputs, which can still be imported afterwards. Blocks. */
  public static AccessLogSurvey of(List<Source> sources, Instant olderThan, Progress progress) {
    AccessLogSurvey survey = new AccessLogSurvey(olderThan);
    for (Source source : sources) {
      try (InputStream in = source.preview(progress)) {
        survey.read(new Lines(in, LogLines.LINE_BYTES_MAX), progress);
      } catch (IOException e) {
        // what cannot be read is for the import to say
      }
    }
    return survey;
  }

  private void read(Lines in, Progress progress) throws IOException {
    while (true) {
      try {
        byte[] line = in.next();
        if (line == null) {
          return;
        }
        count(AccessLogLine.parse(line).epochMillis());
        progress.recordsRead(lines);
      } catch (UnusableException e) {
        // what cannot be imported is never too old
      }
    }
  }

  private void count(long millis) {
    lines++;
    older += millis < olderThanMillis ? 1 : 0;
    firstMillis = Math.min(firstMillis, millis);
    lastMillis = Math.max(lastMillis, millis);
  }

  /** How many lines can be imported, of those that were looked at. */
  public long lines() {
    return lines;
  }

  /** How many of them lie before the time asked for. */
  public long older() {
    return older;
  }

  /** The earliest time; only where there are lines. */
  public Instant first() {
    return Instant.ofEpochMilli(firstMillis);
  }

  /** The latest time; only where there are lines. */
  public Instant last() {
    return Instant.ofEpochMilli(lastMillis);
  }
}
