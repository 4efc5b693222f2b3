package io.annals.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What is logged as an error, which says that something is a defect; all else is dropped. */
final class ErrorLog extends AppenderBase<ILoggingEvent> {
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();

  private ErrorLog() {}

  /** Takes the place of the log. */
  static ErrorLog watch() {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.setLevel(Level.ERROR);
    ErrorLog log = new ErrorLog();
    log.start();
    root.addAppender(log);
    return log;
  }

  @Override
  protected void append(ILoggingEvent event) {
    errors.add(
        event.getFormattedMessage() + " " + ThrowableProxyUtil.asString(event.getThrowableProxy()));
  }

  /**
   * Fails if something was logged since the last call: what another thread logs late is found with
   * the input after the one that is to blame.
   */
  void check() {
    String error = errors.poll();
    if (error != null) {
      throw new AssertionError("logged as an error: " + error);
    }
  }
}
