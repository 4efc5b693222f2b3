package io.annals.cli.imports;

import java.io.IOException;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far an import is. */
public interface Progress extends AutoCloseable {
  /** Shows nothing. */
  Progress NONE =
      new Progress() {
        @Override
        public void bytesRead(long bytes) {}

        @Override
        public void recordsRead(long total) {}

        @Override
        public void close() {}
      };

  /** More bytes were read of the inputs as they are stored. */
  void bytesRead(long bytes);

  /** So many records were read in all. */
  void recordsRead(long total);

  @Override
  void close();

  /**
   * A bar on standard error where that is a terminal, else nothing.
   *
   * @param task what is done, in a word
   * @param bytesTotal how much there is to read, negative where that is not known
   */
  static Progress onTerminal(String task, long bytesTotal) {
    return isTerminal() ? new Bar(task, bytesTotal) : NONE;
  }

  private static boolean isTerminal() {
    try {
      // Java only tells about standard input and output together.
      Process test =
          new ProcessBuilder("test", "-t", "2")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return test.waitFor() == 0;
    } catch (IOException e) {
      return false; // a system without this command does without the bar
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A bar of bytes, with the records a second beside it. */
  final class Bar implements Progress {
    private static final int RECORDS_A_LOOK = 256;

    private final ProgressBar bar;
    private final long startNanos = System.nanoTime();

    private Bar(String task, long bytesTotal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(bytesTotal)
              .setUnit(" MiB", 1024L * 1024)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .build();
    }

    @Override
    public void bytesRead(long bytes) {
      bar.stepBy(bytes);
    }

    @Override
    public void recordsRead(long total) {
      if (total % RECORDS_A_LOOK == 0) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        bar.setExtraMessage(String.format(Locale.ROOT, " %,.0f events/s", total / seconds));
      }
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}
