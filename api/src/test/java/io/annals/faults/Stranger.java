package io.annals.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.e2e.Answer;
import io.annals.e2e.Call;
import io.annals.e2e.Stream;
import io.annals.e2e.Wire;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** A client that does as no other does, of a tenant of its own. */
final class Stranger {
  private final Site site;
  private final UUID tenant;
  private final String credential;

  Stranger(Site site, UUID tenant) {
    this.site = site;
    this.tenant = tenant;
    credential = site.credential(tenant);
  }

  UUID tenant() {
    return tenant;
  }

  byte[] bytes(Call call) {
    return call.header("Authorization", "Bearer " + credential)
        .header("X-Tenant-ID", tenant.toString())
        .bytes();
  }

  Wire connect() {
    return new Wire(site.server().url());
  }

  Answer ask(Call call) {
    try (Wire wire = connect()) {
      return Objects.requireNonNull(wire.send(bytes(call)).read(call.method()));
    }
  }

  /** Sends so much, and is gone. */
  void sendAndLeave(byte[] part) {
    connect().send(part).close();
  }

  /** Sends requests in parts of this size, but for the first and the last, and expects answers. */
  void pipeline(byte[] requests, int first, int part, List<Integer> statuses) {
    try (Wire wire = connect()) {
      wire.send(Arrays.copyOf(requests, first));
      for (int at = first; at < requests.length; at += part) {
        Visitor.pause(1);
        wire.send(Arrays.copyOfRange(requests, at, Math.min(at + part, requests.length)));
      }
      expect(wire, statuses);
    }
  }

  /** Sends requests byte by byte. */
  void drip(byte[] requests, List<Integer> statuses) {
    try (Wire wire = connect()) {
      for (byte each : requests) {
        wire.send(new byte[] {each});
      }
      expect(wire, statuses);
    }
  }

  private static void expect(Wire wire, List<Integer> statuses) {
    for (int status : statuses) {
      Answer answer = wire.read("POST");
      assertThat(answer).isNotNull();
      assertThat(answer.status()).as("%s", answer).isEqualTo(status);
    }
  }

  /** What it has stored. */
  Walk walk(Stream stream) {
    try (Visitor visitor = new Visitor(site::urls, 0, tenant, credential, new Tally())) {
      Walk walk = new Walk(visitor, stream);
      while (walk.next()) {}
      return walk;
    }
  }
}
