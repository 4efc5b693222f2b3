package io.annals.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.annals.contract.BatchDecoder;
import io.annals.contract.BodyFault;
import io.annals.contract.InvalidBodyException;
import io.annals.model.Event;
import io.annals.model.Field;
import io.annals.model.NewEvent;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bodies of one batch: read or refused with the places that are wrong, as a tree and the generic
 * validator of the contract's schema see it. An item is judged alike alone and in its batch.
 */
final class BodyTarget implements Target {
  private static final JsonMapper TREES =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final Batch batch;
  private final BatchDecoder decoder;
  private final Validator validator;

  BodyTarget(Batch batch) {
    this.batch = batch;
    decoder = new BatchDecoder(batch.schema(), batch.items());
    validator =
        Validator.create(
            JsonSchema.of(batch.schema().item().copy()),
            new JsonSchemaOptions()
                .setDraft(Draft.DRAFT202012)
                .setBaseUri("app://annals/")
                .setOutputFormat(OutputFormat.Flag));
  }

  @Override
  public void check(byte[] input) {
    List<BodyFault> faults = faults(input);
    Optional<JsonNode> tree = tree(input);
    if (tree.isEmpty()) {
      assertThat(faults).isNotEmpty();
      return;
    }
    JsonNode items = tree.get().path(batch.schema().member());
    boolean isBatch = tree.get().size() == 1 && items.isArray() && !items.isEmpty();
    if (!isBatch) {
      assertThat(faults).isNotEmpty();
    } else if (items.size() <= batch.schema().maxItems() && isPlain(tree.get())) {
      boolean valid = true;
      for (JsonNode item : items) {
        valid &= item.isObject() && isValid(item);
      }
      assertThat(faults.isEmpty()).as("%s", faults).isEqualTo(valid);
    }
  }

  private List<BodyFault> faults(byte[] input) {
    try {
      for (NewEvent event : decoder.decode(input)) {
        assertThat(event.sameAs(otherwiseWritten(event.event()), batch.stream())).isTrue();
      }
      return List.of();
    } catch (InvalidBodyException e) {
      assertThat(e.faults()).hasSizeBetween(1, 100);
      return e.faults();
    }
  }

  /** The same event, its JSON with white space that means nothing. */
  private Event otherwiseWritten(Event event) {
    List<Field> fields = batch.stream().fields();
    @Nullable Object[] values = new Object[fields.size()];
    for (int i = 0; i < values.length; i++) {
      Object value = event.value(i);
      boolean isJson = value != null && fields.get(i).type() == Field.Type.JSON;
      values[i] = isJson ? " " + value : value;
    }
    return new Event(event.createdAtMillis(), event.id(), values);
  }

  private boolean isValid(JsonNode item) {
    byte[] alone = item.toString().getBytes(UTF_8);
    boolean valid = validator.validate(new JsonObject(item.toString())).getValid();
    assertThat(batch.items().decode(alone, 0, alone.length).faults().isEmpty()).isEqualTo(valid);
    return valid;
  }

  private static Optional<JsonNode> tree(byte[] input) {
    try {
      JsonNode tree = TREES.readTree(input);
      return tree != null && tree.isObject() ? Optional.of(tree) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether the generic validator is known to see all values as the contract means them: not U+0000
   * and lone surrogates, leap seconds, years before 1, URNs, numbers beyond 32 bits or written as
   * fractions, whose bounds JSON Schema cannot express.
   */
  private static boolean isPlain(JsonNode value) {
    if (value.isTextual()) {
      String text = value.textValue();
      return text.codePoints().allMatch(c -> c != 0 && (c < 0xd800 || c > 0xdfff))
          && !text.contains(":60")
          && !text.startsWith("0000")
          && !text.startsWith("urn:");
    }
    if (value.isNumber()) {
      return value.isInt();
    }
    for (JsonNode child : value) {
      if (!isPlain(child)) {
        return false;
      }
    }
    return true;
  }
}
