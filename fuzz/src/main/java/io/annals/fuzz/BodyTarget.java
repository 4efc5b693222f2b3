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
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
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

  private static final int LEVELS_MAX = 16;

  private static final Pattern TIME_BEGINS = Pattern.compile("\\d{4}-");
  private static final Pattern PLAIN_TIME =
      Pattern.compile("[12]\\d{3}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-5]\\d(\\.\\d{1,9})?Z");

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
    } else if (items.size() <= batch.schema().maxItems() && isPlain(tree.get(), LEVELS_MAX)) {
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
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(input)).toString();
      JsonNode tree = TREES.readTree(text.startsWith("\ufeff") ? text.substring(1) : text);
      return tree.isObject() ? Optional.of(tree) : Optional.empty();
    } catch (IOException | NumberFormatException e) { // the latter for 1e99999999999
      return Optional.empty();
    }
  }

  /**
   * Whether the generic validator is known to see all values as the contract means them: not U+0000
   * and lone surrogates, unusual times, URNs, numbers beyond 32 bits or written as fractions, and
   * depth, whose bounds JSON Schema cannot express.
   */
  private static boolean isPlain(JsonNode value, int levels) {
    if (value.isTextual()) {
      return isPlain(value.textValue());
    }
    if (value.isNumber()) {
      return value.isInt();
    }
    Iterator<String> names = value.fieldNames();
    while (names.hasNext()) {
      if (!isPlain(names.next())) {
        return false;
      }
    }
    for (JsonNode child : value) {
      if (levels == 0 || !isPlain(child, levels - 1)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(String text) {
    boolean isTime = TIME_BEGINS.matcher(text).lookingAt();
    return text.codePoints().allMatch(c -> c != 0 && (c < 0xd800 || c > 0xdfff))
        && !text.startsWith("urn:")
        && (!isTime || PLAIN_TIME.matcher(text).matches());
  }
}
