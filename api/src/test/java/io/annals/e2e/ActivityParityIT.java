package io.annals.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.cli.imports.AccessLogSurvey;
import io.annals.cli.imports.Destination;
import io.annals.cli.imports.Format;
import io.annals.cli.imports.Importer;
import io.annals.cli.imports.Patience;
import io.annals.cli.imports.Progress;
import io.annals.cli.imports.Source;
import io.annals.cli.imports.Tally;
import io.annals.cli.imports.TokenRule;
import io.annals.model.ActivityPosition;
import io.annals.model.NewActivity;
import io.annals.model.TenantId;
import io.annals.server.AnnalsServer;
import io.annals.tck.ActivitySamples;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every store answers the same: servers that differ in the store of activity only are sent the same
 * events and asked the same things. The reference implementation says what is right.
 */
class ActivityParityIT {
  private static final Path REAL =
      Path.of(System.getProperty("annals.shared", "../../shared"), "data");
  private static final List<String> STORES = List.of("memory", "postgres", "cassandra");
  private static final List<Vertx> VERTXES = new ArrayList<>();
  private static final List<AnnalsServer> SERVERS = new ArrayList<>();

  private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);
  private static final int QUERIES = 100;
  private static final long DAY = TimeUnit.DAYS.toMillis(1);

  /** Of {@link io.annals.model.ActivityStream#ACTIVITY}, in its order. */
  private static final List<String> MEMBERS =
      List.of(
          "tokenId", "keyPrefix", "method", "path", "statusCode", "latencyMs", "remoteIp", "actor");

  private final UUID tenant = UUID.randomUUID();
  private final List<Client> clients =
      SERVERS.stream().map(s -> new Client(s, tenant, ApiFixture.token(tenant))).toList();
  private final Random random = new Random(20_150_517);

  @BeforeAll
  static void start() {
    for (String store : STORES) {
      Map<String, String> settings =
          Map.of(
              "ANNALS_STORAGE_AUDIT", "memory",
              "ANNALS_STORAGE_ACTIVITY", store,
              // So short that searches are cut at many places.
              "ANNALS_ACTIVITY_SEARCH_MILLIS_MAX", "5");
      Vertx own = Vertx.vertx(); // servers of one would share a port
      VERTXES.add(own);
      SERVERS.add(ApiFixture.startServer(own, settings));
    }
  }

  @AfterAll
  static void stop() {
    SERVERS.forEach(server -> ApiFixture.await(server.stop()));
    VERTXES.forEach(vertx -> ApiFixture.await(vertx.close()));
  }

  @AfterEach
  void close() {
    clients.forEach(Client::close);
  }

  @Test
  void realAccessLogs_areTheSameSequencesOnEveryStore() throws Exception {
    Assumptions.assumeTrue(
        Files.isDirectory(REAL), "no real logs; -Dannals.shared names another than ../../shared");
    UUID ofMany = UUID.randomUUID();
    UUID ofFew = UUID.randomUUID();
    importLog("apache_combined.log", TokenRule.Field.ADDRESS, ofMany);
    importLog("apache_vhost.log", TokenRule.Field.VHOST, ofFew);
    ActivityQueries.Query many = ActivityQueries.everything(ofMany);
    List<JsonObject> events = new ArrayList<>(walk(clients.get(0), many, 1000));
    events.addAll(walk(clients.get(0), ActivityQueries.everything(ofFew), 1000));
    assertThat(events).hasSize(9_999 + 1_496);
    assertAgreement(many, matching -> 900); // of 1,753 tokens: once, every page asks for all
    assertAgreement(new ActivityQueries(random, events, List.of(ofFew)));
  }

  @Test
  void randomEvents_withReplaysLateOnesAndTies_areTheSameSequencesOnEveryStore() {
    List<UUID> tokens = random.longs(6).mapToObj(bits -> new UUID(bits, bits)).toList();
    List<UUID> accounts = List.of(UUID.randomUUID(), UUID.randomUUID());
    List<List<JsonObject>> batches = randomBatches(tokens, accounts);
    for (Client client : clients) {
      batches.forEach(batch -> client.ok(client.append(Stream.TOKEN, batch)));
    }
    List<JsonObject> events = batches.stream().flatMap(List::stream).toList();
    assertAgreement(new ActivityQueries(random, events, accounts));
  }

  /** As the command imports it, with times shifted alike for every store. */
  private void importLog(String file, TokenRule.Field tokenFrom, UUID account) throws Exception {
    List<Source> sources = List.of(Source.file(REAL.resolve(file)));
    AccessLogSurvey survey = AccessLogSurvey.of(sources, Instant.EPOCH, Progress.NONE);
    long shiftMillis = System.currentTimeMillis() - survey.last().toEpochMilli();
    TenantId owner = new TenantId(tenant);
    Format<?> format = Format.combined(TokenRule.from(tokenFrom, owner), account, shiftMillis);
    for (AnnalsServer server : SERVERS) {
      Destination destination =
          new Destination(
              URI.create(server.url()), owner, () -> ApiFixture.token(tenant), Patience.DEFAULT);
      Tally tally = new Importer(destination, Progress.NONE).run(format, sources);
      assertThat(tally.failures()).isEmpty();
    }
  }

  /** Most calls are of the last minutes, some come late by days, some again. */
  private List<List<JsonObject>> randomBatches(List<UUID> tokens, List<UUID> accounts) {
    ActivitySamples samples = new ActivitySamples(random.nextLong());
    long start = System.currentTimeMillis() - 5 * MINUTE;
    Set<ActivityPosition> keys = new HashSet<>(); // what has one of them is the same event
    List<JsonObject> sent = new ArrayList<>();
    List<List<JsonObject>> batches = new ArrayList<>();
    for (int batch = 0; batch < 12; batch++) {
      List<JsonObject> events = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        int token = samples.below(tokens.size());
        UUID account = token == 0 ? null : accounts.get(token % 2);
        long age = samples.below(20) == 0 ? samples.below(60) * DAY : 0;
        // A tenth of a second, often the same one; few ids, so that tokens and times decide, too.
        long createdAt = start - age + 10_000L * batch + samples.below(100);
        UUID id = samples.below(3) == 0 ? new UUID(0, samples.below(50)) : samples.id();
        NewActivity call = samples.call(tokens.get(token), createdAt, id, account);
        if (keys.add(ActivityPosition.of(call.event()))) {
          events.add(json(call));
        }
      }
      for (int again = 0; again < 200 && !sent.isEmpty(); again++) {
        events.add(sent.get(samples.below(sent.size())));
      }
      Collections.shuffle(events, random);
      sent.addAll(events);
      batches.add(events);
    }
    Collections.shuffle(batches, random);
    return batches;
  }

  private static JsonObject json(NewActivity call) {
    JsonObject json =
        new JsonObject()
            .put("id", call.event().id().toString())
            .put("createdAt", call.event().createdAtMillis());
    for (int i = 0; i < MEMBERS.size(); i++) {
      Object value = call.event().value(i);
      if (value != null) {
        json.put(MEMBERS.get(i), value instanceof UUID ? value.toString() : value);
      }
    }
    UUID account = call.serviceAccountId();
    return account == null ? json : json.put("serviceAccountId", account.toString());
  }

  private void assertAgreement(ActivityQueries queries) {
    long matching = 0;
    for (int i = 0; i < QUERIES; i++) {
      matching += assertAgreement(queries.next(), queries::pageSize);
    }
    assertThat(matching).as("not all about nothing").isGreaterThan(50L * QUERIES);
  }

  /** Asserts that all stores have the sequence of the reference, and returns its length. */
  private int assertAgreement(ActivityQueries.Query query, IntUnaryOperator pageSizes) {
    List<String> expected = sequence(clients.get(0), query, 1000);
    for (int store = 1; store < STORES.size(); store++) {
      int pageSize = pageSizes.applyAsInt(expected.size());
      assertThat(sequence(clients.get(store), query, pageSize))
          .as("%s, pages of %s: %s", STORES.get(store), pageSize, query)
          .isEqualTo(expected);
      assertTotal(store, query, pageSize);
    }
    return expected.size();
  }

  private static Call first(Client client, ActivityQueries.Query query, int pageSize) {
    Stream stream = query.subject().stream();
    Call list = client.list(stream).target(stream.path(client.tenant, query.subject().id()));
    return query.of(list).query("PageSize", pageSize);
  }

  private static List<JsonObject> walk(Client client, ActivityQueries.Query query, int pageSize) {
    return client.walk(query.subject().stream(), first(client, query, pageSize));
  }

  /** The items as they are written, in their order. */
  private static List<String> sequence(Client client, ActivityQueries.Query query, int pageSize) {
    return walk(client, query, pageSize).stream().map(JsonObject::encode).toList();
  }

  /** The same total as the reference has; where a search is not counted, none. */
  private void assertTotal(int store, ActivityQueries.Query query, int pageSize) {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    Long expected = Objects.requireNonNull(total(clients.get(0), query, 1));
    @Nullable Long found = total(clients.get(store), query, pageSize);
    while (!expected.equals(found) && !query.isSearch() && System.nanoTime() < deadlineNanos) {
      found = total(clients.get(store), query, pageSize);
    }
    if (found != null || !query.isSearch()) {
      assertThat(found).as("total of %s: %s", STORES.get(store), query).isEqualTo(expected);
    }
  }

  private static @Nullable Long total(Client client, ActivityQueries.Query query, int pageSize) {
    return client.ok(first(client, query, pageSize)).json().getLong("totalCount");
  }
}
