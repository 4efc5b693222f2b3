package io.annals.trace;

import io.vertx.core.Future;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Stands before a store, whichever it is, and tells of every asynchronous call and its end. */
public final class WatchedStore implements InvocationHandler {
  /** Who is told. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * A call begins, with one argument at least.
     *
     * @return is given the failure when it ends, or null if it succeeded
     */
    Consumer<@Nullable Throwable> begin(Method call, @Nullable Object[] arguments);
  }

  private final Object store;
  private final Watcher watcher;

  private WatchedStore(Object store, Watcher watcher) {
    this.store = store;
    this.watcher = watcher;
  }

  /**
   * The same store, watched.
   *
   * @param role the interface by which it is called
   */
  public static <T> T of(Class<T> role, T store, Watcher watcher) {
    return role.cast(
        Proxy.newProxyInstance(
            role.getClassLoader(), new Class<?>[] {role}, new WatchedStore(store, watcher)));
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    if (arguments == null || !method.getReturnType().equals(Future.class)) {
      return call(method, arguments);
    }
    Consumer<@Nullable Throwable> ended = watcher.begin(method, arguments);
    try {
      return ((Future<?>) call(method, arguments))
          .onComplete((answer, failure) -> ended.accept(failure));
    } catch (Throwable refused) {
      ended.accept(refused);
      throw refused;
    }
  }

  private Object call(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(store, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }
}
