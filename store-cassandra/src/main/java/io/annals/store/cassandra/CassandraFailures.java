package io.annals.store.cassandra;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.RequestThrottlingException;
import com.datastax.oss.driver.api.core.auth.AuthenticationException;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.servererrors.CoordinatorException;
import com.datastax.oss.driver.api.core.servererrors.QueryExecutionException;
import com.datastax.oss.driver.api.core.servererrors.ReadTimeoutException;
import com.datastax.oss.driver.api.core.servererrors.UnauthorizedException;
import com.datastax.oss.driver.api.core.servererrors.WriteTimeoutException;
import io.annals.store.StoreException;
import io.annals.store.StoreException.Kind;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/** Sorts the driver's failures into the SPI's kinds, once and here. */
final class CassandraFailures {
  private CassandraFailures() {}

  static <T> Future<T> failed(Throwable failure) {
    return Future.failedFuture(translate(failure));
  }

  static StoreException translate(Throwable failure) {
    if (failure instanceof StoreException known) {
      return known;
    }
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return translate(failure.getCause());
    }
    return new StoreException(kind(failure), "Cassandra: " + message(failure), failure);
  }

  /** The driver names the classes of what happened on each node; operators know nodes. */
  private static String message(Throwable failure) {
    if (failure instanceof AllNodesFailedException all && !all.getAllErrors().isEmpty()) {
      return all.getAllErrors().entrySet().stream()
          .map(tried -> address(tried.getKey()) + " (" + last(tried.getValue()) + ")")
          .collect(Collectors.joining(", ", "no node answers: ", ""));
    }
    return failure instanceof NoNodeAvailableException
        ? "no node can be reached"
        : String.valueOf(failure.getMessage());
  }

  private static String address(Node node) {
    String address = node.getEndPoint().toString();
    return address.substring(address.indexOf('/') + 1);
  }

  /** What lies behind the last of them; not all of it says something. */
  private static String last(List<Throwable> errors) {
    String said = "connection lost";
    for (Throwable e = errors.get(errors.size() - 1); e != null; e = e.getCause()) {
      said = e.getMessage() == null ? said : e.getMessage();
    }
    return said.lines().findFirst().orElse("");
  }

  private static Kind kind(Throwable failure) {
    if (failure instanceof RequestThrottlingException) {
      return Kind.OVERLOADED;
    }
    if (failure instanceof DriverTimeoutException
        || failure instanceof WriteTimeoutException
        || failure instanceof ReadTimeoutException) {
      return Kind.TIMEOUT;
    }
    if (failure instanceof AllNodesFailedException all) {
      return all.getAllErrors().values().stream()
              .flatMap(List::stream)
              .anyMatch(CassandraFailures::isDefect)
          ? Kind.INTERNAL
          : Kind.UNAVAILABLE;
    }
    return isDefect(failure) ? Kind.INTERNAL : Kind.UNAVAILABLE;
  }

  /**
   * A coordinator that refuses to understand a statement will do so again; one that cannot run it
   * just now ({@link QueryExecutionException}), a lost connection, or a closed session may not.
   */
  private static boolean isDefect(Throwable failure) {
    if (failure instanceof CoordinatorException) {
      return !(failure instanceof QueryExecutionException)
          && !(failure instanceof UnauthorizedException);
    }
    return !(failure instanceof DriverException)
        && !(failure instanceof AuthenticationException)
        && !(failure instanceof IOException)
        && !(failure instanceof IllegalStateException);
  }
}
