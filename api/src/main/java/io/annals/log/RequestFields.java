package io.annals.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import io.annals.trace.RequestTrace;

/**
 * Has each line say which request it is about. The mapped diagnostic context of a thread would tell
 * of whoever ran on the event loop before; so it is filled here, line by line, from the context of
 * the request. Lets every line pass.
 */
public final class RequestFields extends Filter<ILoggingEvent> {
  @Override
  public FilterReply decide(ILoggingEvent event) {
    RequestTrace request = RequestTrace.current();
    if (request != null && event instanceof LoggingEvent line) {
      line.setMDCPropertyMap(request.logFields());
    }
    return FilterReply.NEUTRAL;
  }
}
