package io.annals.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.auth.KeyFile;
import io.annals.auth.TokenIssuer;
import io.annals.embedded.EmbeddedCassandra;
import io.annals.embedded.EmbeddedCassandraCluster;
import io.annals.embedded.EmbeddedPostgres;
import io.annals.http.RefusalHandler;
import io.annals.model.TenantId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Small servers and the databases behind them, as one fault finds them and leaves them to the next:
 * at least one server runs, and nothing is in its way.
 */
final class Site implements Closeable {
  /** How many nodes a Cassandra of several has. */
  static final int NODES = 3;

  private static final int HEAP_MIB = 256;
  private static final int NODE_HEAP_MIB = 192;

  /** The heap, as much again for buffers beside it, and the JVM itself. */
  private static final int RESIDENT_MIB_MAX = 640;

  private final Path directory;
  private final Map<String, String> settings;
  private final List<? extends Closeable> databases;
  private final List<ServerProcess> servers = new CopyOnWriteArrayList<>();
  private int started;

  /**
   * Starts one server.
   *
   * @param directory of its keys, logs, and what it keeps itself
   * @param settings where its stores are
   * @param databases what is closed after it
   */
  Site(Path directory, Map<String, String> settings, List<? extends Closeable> databases)
      throws Exception {
    this.directory = Files.createDirectories(directory);
    this.settings = new HashMap<>(settings);
    this.databases = databases;
    this.settings.put("ANNALS_HTTP_PORT", "0");
    this.settings.put("ANNALS_MANAGEMENT_PORT", "0");
    this.settings.put("ANNALS_DATA_DIR", directory.toString());
    this.settings.put("ANNALS_LOG_FORMAT", "json");
    try {
      start();
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /** Everything in a PostgreSQL. */
  static Site onPostgres(Path directory) throws Exception {
    Postgres postgres = new Postgres(directory.resolve("postgres"));
    return new Site(directory, postgres.settings(), List.of(postgres));
  }

  /**
   * The default: Annals runs its PostgreSQL itself, which is left running when Annals is killed.
   */
  static Site onItsOwn(Path directory) throws Exception {
    Closeable leftOver = () -> EmbeddedPostgres.start(directory.resolve("postgres")).close();
    return new Site(directory, Map.of(), List.of(leftOver));
  }

  /** Everything in a PostgreSQL on a disk that can be filled. */
  static Site onSmallDisk(Path directory) throws Exception {
    SmallDisk disk = SmallDisk.mount(directory.resolve("disk"));
    Postgres postgres = new Postgres(disk.directory().resolve("postgres"));
    return new Site(directory, postgres.settings(), List.of(postgres, disk));
  }

  /** Activity in one Cassandra, which has its log on disk before it answers. */
  static Site onCassandra(Path directory) throws Exception {
    EmbeddedCassandra cassandra =
        EmbeddedCassandra.start(
            directory.resolve("cassandra"),
            EmbeddedCassandra.Options.defaults()
                .withCommitlogSync(EmbeddedCassandra.CommitlogSync.BATCH));
    return onCassandra(directory, cassandra, cassandra.contactPoint(), 1);
  }

  /** Activity on each of some Cassandra nodes. */
  static Site onCassandraNodes(Path directory) throws Exception {
    EmbeddedCassandraCluster cassandra =
        EmbeddedCassandraCluster.start(
            directory.resolve("cassandra"),
            NODES,
            EmbeddedCassandra.Options.defaults()
                .withHeapMib(NODE_HEAP_MIB)
                .withCommitlogSync(EmbeddedCassandra.CommitlogSync.BATCH)
                .asEphemeral());
    return onCassandra(directory, cassandra, cassandra.contactPoints(), NODES);
  }

  private static Site onCassandra(
      Path directory, Closeable cassandra, String contactPoints, int replicas) throws Exception {
    Postgres postgres = new Postgres(directory.resolve("postgres"));
    Map<String, String> settings = new HashMap<>(postgres.settings());
    settings.put("ANNALS_STORAGE_ACTIVITY", "cassandra");
    settings.put("ANNALS_CASSANDRA_CONTACT_POINTS", contactPoints);
    settings.put("ANNALS_CASSANDRA_REPLICATION_FACTOR", Integer.toString(replicas));
    return new Site(directory, settings, List.of(cassandra, postgres));
  }

  /** The database of this kind. */
  <D> D the(Class<D> kind) {
    return databases.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
  }

  Path directory() {
    return directory;
  }

  /** Starts a further server. */
  ServerProcess start() throws Exception {
    Path log = directory.resolve("server-" + ++started + ".log");
    ServerProcess server = new ServerProcess(HEAP_MIB, settings, log);
    servers.add(server);
    return server;
  }

  /** The server that was started first. */
  ServerProcess server() {
    return servers.get(0);
  }

  /** Takes note that this server has ended, as it should. */
  void remove(ServerProcess server) throws IOException {
    assertNoDefect(server);
    servers.remove(server);
    server.close();
  }

  /** Where clients find servers. */
  List<String> urls() {
    return servers.stream().map(ServerProcess::url).toList();
  }

  /** A token for everything that this tenant has. */
  String credential(UUID tenant) {
    TokenIssuer issuer = new TokenIssuer(KeyFile.readOrCreate(KeyFile.in(directory)));
    return issuer.issue(
        "test",
        Optional.of(new TenantId(tenant)),
        Set.of("audit:read", "audit:write", "activity:read", "activity:write"),
        Duration.ofHours(1));
  }

  /** Fails unless all servers live and are small, and none found a defect of its own. */
  void assertSound() throws IOException {
    for (ServerProcess server : servers) {
      assertThat(server.isAlive()).isTrue();
      assertThat(server.peakResidentMib()).isLessThan(RESIDENT_MIB_MAX);
      assertNoDefect(server);
    }
  }

  private static void assertNoDefect(ServerProcess server) throws IOException {
    assertThat(server.log()).doesNotContain("OutOfMemoryError");
    assertThat(server.jsonLog())
        .noneMatch(
            line ->
                line.getString("log.level").equals("ERROR")
                    && line.getString("log.logger").equals(RefusalHandler.class.getName()));
  }

  @Override
  public void close() throws IOException {
    List<Closeable> all = new ArrayList<>(servers);
    all.addAll(databases);
    for (Closeable each : all) {
      each.close();
    }
  }
}
