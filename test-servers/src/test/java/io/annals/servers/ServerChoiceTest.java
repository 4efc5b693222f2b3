package io.annals.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ServerChoiceTest {
  @Test
  void embeddedServers_needNoEngine() {
    assertThat(ServerChoice.inContainers("embedded", () -> false)).isFalse();
  }

  @Test
  void containers_runWhereThereIsAnEngine() {
    assertThat(ServerChoice.inContainers("testcontainers", () -> true)).isTrue();
  }

  @Test
  void containersWithoutAnEngine_failInsteadOfSkipping() {
    assertThatThrownBy(() -> ServerChoice.inContainers("testcontainers", () -> false))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "-Dannals.it.servers=testcontainers: no Docker engine was found on this machine");
  }

  @Test
  void anythingElse_isRefused() {
    assertThatThrownBy(() -> ServerChoice.inContainers("docker", () -> true))
        .isInstanceOf(AssertionError.class)
        .hasMessage("-Dannals.it.servers is embedded or testcontainers, not \"docker\"");
  }
}
