package io.annals.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CassandraPortsTest {
  private static final List<String> LOOPBACK = List.of("127.0.0.1");

  @TempDir private Path home = Path.of("");

  @Test
  void freePorts_areUsedAgain() throws IOException {
    CassandraPorts first = CassandraPorts.lastOrFree(home, LOOPBACK);
    assertThat(first.cql()).isNotEqualTo(first.storage());
    assertThat(CassandraPorts.lastOrFree(home, LOOPBACK)).isEqualTo(first);
  }

  @Test
  void takenPort_isReplaced() throws IOException {
    CassandraPorts first = CassandraPorts.lastOrFree(home, LOOPBACK);
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket taken = new ServerSocket(first.storage(), 1, loopback)) {
      assertThat(CassandraPorts.lastOrFree(home, LOOPBACK).storage())
          .isNotEqualTo(taken.getLocalPort());
    }
  }

  @Test
  void tornFile_isReplaced() throws IOException {
    Files.writeString(home.resolve("ports"), "3");
    assertThat(CassandraPorts.lastOrFree(home, LOOPBACK).cql()).isGreaterThan(1023);
  }
}
