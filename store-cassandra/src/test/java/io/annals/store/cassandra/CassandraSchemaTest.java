package io.annals.store.cassandra;

import static com.datastax.oss.driver.api.core.DefaultConsistencyLevel.QUORUM;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.InvalidKeyspaceException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.servererrors.DefaultWriteType;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.datastax.oss.driver.api.core.servererrors.OverloadedException;
import com.datastax.oss.driver.api.core.servererrors.ReadFailureException;
import com.datastax.oss.driver.api.core.servererrors.ServerError;
import com.datastax.oss.driver.api.core.servererrors.SyntaxError;
import com.datastax.oss.driver.api.core.servererrors.UnauthorizedException;
import com.datastax.oss.driver.api.core.servererrors.WriteFailureException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** After which refusals a server begins again, as its schema is just being made. */
final class CassandraSchemaTest {
  private static final Node NODE =
      (Node)
          Proxy.newProxyInstance(
              Node.class.getClassLoader(),
              new Class<?>[] {Node.class},
              (node, method, arguments) -> method.getName().equals("hashCode") ? 1 : null);

  static Stream<DriverException> ofAHalfMadeSchema() {
    return Stream.of(
        new InvalidKeyspaceException("Invalid keyspace annals"),
        new InvalidQueryException(NODE, "table schema_version does not exist"),
        new ReadFailureException(NODE, QUORUM, 0, 2, 1, false, Map.of()),
        new WriteFailureException(NODE, QUORUM, 0, 2, DefaultWriteType.CAS, 1, Map.of()),
        onAllNodes(new ServerError(NODE, "Unknown CF 1b6f")));
  }

  @ParameterizedTest
  @MethodSource("ofAHalfMadeSchema")
  void halfMadeSchema_isTriedAgain(DriverException refusal) {
    assertThat(CassandraSchema.isHalfMade(refusal)).isTrue();
  }

  static Stream<DriverException> thatWaitingDoesNotMend() {
    return Stream.of(
        new NoNodeAvailableException(),
        new SyntaxError(NODE, "no viable alternative"),
        new UnauthorizedException(NODE, "no permission"),
        onAllNodes(new OverloadedException(NODE)));
  }

  @ParameterizedTest
  @MethodSource("thatWaitingDoesNotMend")
  void otherRefusals_areToldAtOnce(DriverException refusal) {
    assertThat(CassandraSchema.isHalfMade(refusal)).isFalse();
  }

  private static DriverException onAllNodes(Throwable refusal) {
    return AllNodesFailedException.fromErrors(List.of(Map.entry(NODE, refusal)));
  }
}
