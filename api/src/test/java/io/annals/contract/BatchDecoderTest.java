package io.annals.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.model.ActivityStream;
import io.annals.model.AuditStreams;
import io.annals.model.EventStream;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The decoder is compiled from the schema by hand; a generic validator must agree with it. */
class BatchDecoderTest {
  private static final int EVENTS = 4000;

  @SuppressWarnings("ImmutableEnumChecker") // it is, by agreement
  enum Batch {
    CREDENTIALS(
        "tenant",
        "appendCredentialAuditEvents",
        AuditStreams.CREDENTIAL_AUDIT,
        "items",
        BatchDecoderTest::snakeCase),
    EVENTS("events", "appendAuditEvents", AuditStreams.AUDIT_EVENTS, "items", name -> name),
    LOG("log", "appendAuditLog", AuditStreams.AUDIT_LOG, "data", name -> name),
    ACTIVITY(
        "tenant", "ingestActivity", ActivityStream.ACTIVITY, "items", BatchDecoderTest::snakeCase);

    final String document;
    final String operationId;
    final EventStream stream;
    final String member;
    final UnaryOperator<String> fieldName;

    Batch(
        String document,
        String operationId,
        EventStream stream,
        String member,
        UnaryOperator<String> fieldName) {
      this.document = document;
      this.operationId = operationId;
      this.stream = stream;
      this.member = member;
      this.fieldName = fieldName;
    }

    ApiOperation.BatchSchema schema() {
      return ApiDocument.load(document).operations().stream()
          .filter(operation -> operation.operationId().equals(operationId))
          .findFirst()
          .get()
          .batch(member);
    }

    ItemDecoder items() {
      return new ItemDecoder(
          schema().item(),
          stream,
          fieldName,
          this == ACTIVITY ? "service_account_id" : "",
          Clock.systemUTC(),
          UUID::randomUUID);
    }

    BatchDecoder decoder() {
      return new BatchDecoder(schema(), items());
    }
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
  }

  private static Validator validator(JsonObject schema) {
    return Validator.create(
        JsonSchema.of(schema.copy()),
        new JsonSchemaOptions()
            .setDraft(Draft.DRAFT202012)
            .setBaseUri("app://annals/")
            .setOutputFormat(OutputFormat.Flag));
  }

  @ParameterizedTest
  @EnumSource
  void randomItems_areAcceptedAsTheGenericValidatorDoes(Batch batch) {
    long seed = new Random().nextLong();
    RandomItems items = new RandomItems(batch.schema().item(), new Random(seed));
    Validator validator = validator(batch.schema().item());
    BatchDecoder decoder = batch.decoder();
    ItemDecoder single = batch.items();
    int accepted = 0;
    for (int i = 0; i < EVENTS; i++) {
      RandomItems.Item item = items.next();
      List<String> faults = faults(decoder, batch, item.json());
      String about = "seed %d, item %d: %s".formatted(seed, i, item);
      if (item.judgedByValidator()) {
        boolean valid = validator.validate(Json.decodeValue(item.json())).getValid();
        assertThat(faults.isEmpty()).as("%s: %s", about, faults).isEqualTo(valid);
      } else {
        assertThat(faults.isEmpty()).as("%s: %s", about, faults).isEqualTo(item.valid());
      }
      assertThat(faultsAlone(single, item.json()))
          .as(about)
          .map(pointer -> "/" + batch.member + "/0" + pointer)
          .isEqualTo(faults);
      if (!faults.isEmpty()) {
        String place = "/" + batch.member + "/0";
        assertThat(faults).as(about).containsOnly(place + "/" + item.mutated());
      } else {
        accepted++;
      }
    }
    assertThat(accepted).isBetween(EVENTS / 5, EVENTS * 4 / 5);
  }

  /** Pointers to what is wrong. */
  private static List<String> faults(BatchDecoder decoder, Batch batch, String item) {
    String body = "{\"" + batch.member + "\":[" + item + "]}";
    try {
      assertThat(decoder.decode(body.getBytes(StandardCharsets.UTF_8))).hasSize(1);
      return List.of();
    } catch (InvalidBodyException e) {
      return e.faults().stream().map(BodyFault::pointer).toList();
    }
  }

  private static List<String> faultsAlone(ItemDecoder decoder, String item) {
    byte[] bytes = ("##" + item + "#").getBytes(StandardCharsets.UTF_8);
    return decoder.decode(bytes, 2, bytes.length - 1).faults().stream()
        .map(BodyFault::pointer)
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void itemsAlone_mutilated_areFaultyOrOneItem(Batch batch) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    RandomItems items = new RandomItems(batch.schema().item(), random);
    ItemDecoder decoder = batch.items();
    for (int i = 0; i < EVENTS; i++) {
      String good = items.valid().encode();
      byte[] whole = good.getBytes(StandardCharsets.UTF_8);
      assertThat(decoder.decode(whole, 0, whole.length).faults()).as("seed %d", seed).isEmpty();
      int cut = random.nextInt(whole.length);
      assertThat(decoder.decode(whole, 0, cut).faults()).as("seed %d: %s", seed, good).isNotEmpty();
      byte[] two = (good + good).getBytes(StandardCharsets.UTF_8);
      assertThat(decoder.decode(two, 0, two.length).faults()).as("seed %d", seed).isNotEmpty();
    }
  }

  @Test
  void unknownMember_isNamedWhateverItsLength() {
    for (int length : new int[] {1, 64, 65, 40_000}) {
      String item = "{\"" + "n".repeat(length) + "\":1}";
      BodyFault fault =
          Batch.ACTIVITY
              .items()
              .decode(item.getBytes(StandardCharsets.UTF_8), 0, item.length())
              .faults()
              .get(0);
      assertThat(fault.fault().type()).isEqualTo("extra_forbidden");
      assertThat(fault.pointer()).startsWith("/n").hasSizeLessThan(110);
    }
  }

  @Test
  void unknownMember_isNamedInWholeCharacters() {
    byte[] item = "{\"%s\":1}".formatted("n" + "😀".repeat(200)).getBytes(StandardCharsets.UTF_8);
    String pointer = Batch.ACTIVITY.items().decode(item, 0, item.length).faults().get(0).pointer();
    assertThat(pointer).isEqualTo("/n" + "😀".repeat(99) + "…");
  }

  @ParameterizedTest
  @EnumSource
  void mutilatedBodies_neverMakeTheDecoderFail(Batch batch) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    RandomItems items = new RandomItems(batch.schema().item(), random);
    BatchDecoder decoder = batch.decoder();
    JsonObject two =
        new JsonObject().put(batch.member, new JsonArray().add(items.valid()).add(items.valid()));
    byte[] good = two.encode().getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < EVENTS; i++) {
      byte[] body = good.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        byte change = (byte) "{}[]\",:\\0e-. \n\u00ff".charAt(random.nextInt(15));
        body[random.nextInt(body.length)] = change;
      }
      if (random.nextBoolean()) {
        body = java.util.Arrays.copyOf(body, random.nextInt(body.length));
      }
      try {
        assertThat(decoder.decode(body)).hasSizeBetween(1, 2);
      } catch (InvalidBodyException e) {
        assertThat(e.faults()).as("seed %d", seed).isNotEmpty();
      }
    }
  }
}
