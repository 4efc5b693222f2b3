package io.annals.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a server listens on 127.0.0.1.
 *
 * @param cql for clients
 * @param storage for other nodes; Cassandra listens there even when alone
 */
record CassandraPorts(int cql, int storage) {
  private static final String NAME = "ports";

  /** The directory's last ports if they are free: clients of the last server find this one. */
  static CassandraPorts lastOrFree(Path home) throws IOException {
    Path file = home.resolve(NAME);
    List<String> last = Files.exists(file) ? Files.readAllLines(file) : List.of();
    if (last.size() == 2 && last.stream().allMatch(line -> line.matches("[0-9]{4,5}"))) {
      CassandraPorts ports =
          new CassandraPorts(Integer.parseInt(last.get(0)), Integer.parseInt(last.get(1)));
      if (Ports.isFree(ports.cql) && Ports.isFree(ports.storage)) {
        return ports;
      }
    }
    return free(home);
  }

  /** Ports that were free a moment ago; another process may be faster. */
  static CassandraPorts free(Path home) throws IOException {
    CassandraPorts ports = new CassandraPorts(Ports.free(), Ports.free());
    Files.write(
        home.resolve(NAME), List.of(Integer.toString(ports.cql), Integer.toString(ports.storage)));
    return ports;
  }
}
