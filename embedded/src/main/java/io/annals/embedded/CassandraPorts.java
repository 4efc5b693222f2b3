package io.annals.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a server listens; the nodes of a cluster use the same ports of different addresses.
 *
 * @param cql for clients
 * @param storage for other nodes; Cassandra listens there even when alone
 */
record CassandraPorts(int cql, int storage) {
  private static final String NAME = "ports";

  /** The directory's last ports if they are free: clients of the last server find this one. */
  static CassandraPorts lastOrFree(Path home, List<String> addresses) throws IOException {
    Path file = home.resolve(NAME);
    List<String> last = Files.exists(file) ? Files.readAllLines(file) : List.of();
    if (last.size() == 2 && last.stream().allMatch(line -> line.matches("[0-9]{4,5}"))) {
      CassandraPorts ports =
          new CassandraPorts(Integer.parseInt(last.get(0)), Integer.parseInt(last.get(1)));
      if (ports.areFree(addresses)) {
        return ports;
      }
    }
    return free(home, addresses);
  }

  /** Ports that were free a moment ago; another process may be faster. */
  static CassandraPorts free(Path home, List<String> addresses) throws IOException {
    CassandraPorts ports = new CassandraPorts(Ports.free(), Ports.free());
    while (!ports.areFree(addresses)) {
      ports = new CassandraPorts(Ports.free(), Ports.free());
    }
    ports.keep(home);
    return ports;
  }

  /** Has the next start of this directory's server use them. */
  void keep(Path home) throws IOException {
    Files.write(home.resolve(NAME), List.of(Integer.toString(cql), Integer.toString(storage)));
  }

  private boolean areFree(List<String> addresses) throws IOException {
    for (String address : addresses) {
      if (!Ports.isFree(address, cql) || !Ports.isFree(address, storage)) {
        return false;
      }
    }
    return true;
  }
}
