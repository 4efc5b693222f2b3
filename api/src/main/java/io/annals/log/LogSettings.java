package io.annals.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import co.elastic.logging.logback.EcsEncoder;
import io.annals.http.RequestTracing;
import org.slf4j.LoggerFactory;

/**
 * How the log is written.
 *
 * @param isJson one JSON object a line, by the Elastic Common Schema; otherwise text for people
 * @param requests whether there is a line for each request
 */
public record LogSettings(boolean isJson, boolean requests) {
  private static final String TEXT = "text";
  private static final String JSON = "json";

  /**
   * The appender of the shipped {@code logback.xml}; a file of the operator's own is left alone.
   */
  private static final String APPENDER = "STDERR";

  /**
   * These settings.
   *
   * @param format {@code text} or {@code json}
   * @throws IllegalArgumentException naming the setting if it is something else
   */
  public static LogSettings of(String format, boolean requests) {
    if (!format.equals(TEXT) && !format.equals(JSON)) {
      throw new IllegalArgumentException(
          "log.format must be %s or %s, not \"%s\"".formatted(TEXT, JSON, format));
    }
    return new LogSettings(format.equals(JSON), requests);
  }

  /** Has this process write its log so. */
  public void apply() {
    LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    if (requests) {
      loggers.getLogger(RequestTracing.REQUEST_LOGGER).setLevel(Level.INFO);
    }
    Appender<ILoggingEvent> appender =
        loggers.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(APPENDER);
    if (isJson && appender instanceof ConsoleAppender<ILoggingEvent> console) {
      EcsEncoder encoder = new EcsEncoder();
      encoder.setContext(loggers);
      encoder.setServiceName("annals");
      encoder.start();
      console.stop();
      console.setEncoder(encoder);
      console.start();
    }
  }
}
