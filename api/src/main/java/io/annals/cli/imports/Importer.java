package io.annals.cli.imports;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Runs an import: every record of every input, through its format, to its target. */
public final class Importer {
  /** So many records in a row from the start that are none: the input is something else. */
  private static final int ALIENS_AT_FIRST_MAX = 100;

  private final Destination destination;
  private final Progress progress;
  private final Tally tally = new Tally();

  /** An import to this destination. It is run once. */
  public Importer(Destination destination, Progress progress) {
    this.destination = destination;
    this.progress = progress;
  }

  /**
   * Imports these inputs one after the other and returns what became of their records, also when
   * not all could be read or sent. Blocks.
   */
  public <R> Tally run(Format<R> format, List<Source> sources) throws InterruptedException {
    Sender sender = new Sender(destination, format.target(), tally);
    try (Uploader uploader = new Uploader(format.target(), sender, tally)) {
      for (Source source : sources) {
        load(format, source, sources.size() > 1 ? source.name() + " " : "", uploader);
      }
      uploader.finish();
    } catch (ImportException e) {
      tally.failed(e.getMessage());
    }
    return tally;
  }

  private <R> void load(Format<R> format, Source source, String placePrefix, Uploader uploader)
      throws ImportException, InterruptedException {
    Records<R> records = null;
    try (InputStream in = source.open(progress)) {
      records = format.reader().open(in);
      loadAll(format, source, records, placePrefix, uploader);
    } catch (IOException e) {
      String place = records == null ? "its start" : records.place();
      tally.failed(source.name() + " cannot be read on from " + place + ": " + e.getMessage());
    }
  }

  private <R> void loadAll(
      Format<R> format, Source source, Records<R> records, String placePrefix, Uploader uploader)
      throws IOException, ImportException, InterruptedException {
    long aliens = 0;
    for (long seen = 1; ; seen++) {
      UnusableException unusable = null;
      try {
        R record = records.next();
        if (record == null) {
          noteIfAliens(format, source, seen - 1, aliens);
          return;
        }
        uploader.add(format.mapping().map(record, placePrefix + records.place()));
      } catch (UnusableException e) {
        unusable = e;
      }
      tally.read();
      progress.recordsRead(tally.records());
      if (unusable != null) {
        tally.skipped(unusable.reason(), placePrefix + records.place(), unusable.getMessage());
        aliens += unusable.alien() ? 1 : 0;
        if (seen == ALIENS_AT_FIRST_MAX && noteIfAliens(format, source, seen, aliens)) {
          return;
        }
      }
    }
  }

  private boolean noteIfAliens(Format<?> format, Source source, long seen, long aliens) {
    boolean allAlien = seen > 0 && seen == aliens;
    if (allAlien) {
      tally.failed(
          source.name()
              + " is not in the format "
              + format.name()
              + ", which is "
              + format.expected()
              + "; none of its first "
              + seen
              + " records is one");
    }
    return allAlien;
  }
}
