package io.annals.trace;

import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.context.storage.ContextLocal;

/**
 * The place for a {@link RequestTrace} in the contexts of Vert.x. Contexts have places only for
 * what is known before the first of them is made; hence a service, which every Vert.x loads first.
 */
public final class RequestLocal implements VertxServiceProvider {
  static final ContextLocal<RequestTrace> TRACE = ContextLocal.registerLocal(RequestTrace.class);

  @Override
  public void init(VertxBootstrap bootstrap) {}
}
