package io.annals.cli.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A resource that a record names in its parameters, found by how members are named.
 *
 * <p>A member identifies something when its name ends in {@code Name}, {@code Id}, {@code
 * Identifier}, {@code Arn} or {@code Url}, plural or not, and what stands before, its stem, says
 * what: {@code bucketName}, {@code roleArn}, {@code instanceIds}. Stems in {@link #NOT_RESOURCES}
 * do not count. Of the members that identify something, the one is taken
 *
 * <ol>
 *   <li>in {@code requestParameters}, whose stem stands in the event's name, the earliest there,
 *       then the longest: {@code AttachRolePolicy} is about {@code roleName}, not {@code policyArn}
 *   <li>in {@code requestParameters} themselves, called just {@code name}, {@code id}, {@code
 *       identifier} or {@code arn}: the event's name without its first word says of what
 *   <li>in {@code responseElements}, as in the first rule: {@code CreateVpc} answers {@code vpcId}
 *   <li>in {@code requestParameters} themselves, then in {@code serviceEventDetails}: the first one
 * </ol>
 *
 * The type is the service and the stem, {@code ec2:route-table}; an ARN says its type itself.
 */
final class NamedResource {
  private static final int DEPTH_MAX = 5;
  private static final Pattern IDENTIFYING =
      Pattern.compile("(.+?)(?:Name|Id|ID|Identifier|Arn|ARN|Url|URL)s?");
  private static final Pattern BARE = Pattern.compile("(?i)(?:name|id|identifier|arn)s?");
  private static final Pattern NOUN =
      Pattern.compile("\\p{Upper}?[^\\p{Upper}]*(\\p{Upper}\\D*).*");
  private static final Pattern WORD_START =
      Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
  private static final String HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS";

  /** Stems of members that identify something else than what was acted on. */
  private static final Set<String> NOT_RESOURCES =
      Set.of("request", "version", "client", "owner", "attribute", "rolesession");

  private final String stem;
  private final String value;

  private NamedResource(String stem, String value) {
    this.stem = stem;
    this.value = value;
  }

  static Optional<CloudTrailResource> find(JsonNode record, @Nullable String service) {
    String event = JsonText.string(record, "eventName");
    if (service == null || event == null) {
      return Optional.empty();
    }
    JsonNode request = record.path("requestParameters");
    return mentioned(request, event)
        .or(() -> bare(request, event))
        .or(() -> mentioned(record.path("responseElements"), event))
        .or(() -> within(request, 1).stream().findFirst())
        .or(() -> within(record.path("serviceEventDetails"), 1).stream().findFirst())
        .map(named -> named.resource(service));
  }

  private CloudTrailResource resource(String service) {
    if (value.startsWith("arn:")) {
      return CloudTrailResource.ofArn(value);
    }
    // dBInstance is how CloudTrail writes the start of DBInstance.
    String words = WORD_START.matcher(stem.replaceFirst("^dB", "DB")).replaceAll("-");
    return new CloudTrailResource(service + ":" + words.toLowerCase(Locale.ROOT), value);
  }

  private static Optional<NamedResource> mentioned(JsonNode parameters, String event) {
    return within(parameters, DEPTH_MAX).stream()
        .filter(named -> named.positionIn(event) >= 0)
        .min(
            Comparator.<NamedResource>comparingInt(named -> named.positionIn(event))
                .thenComparingInt(named -> -named.stem.length()));
  }

  private static Optional<NamedResource> bare(JsonNode parameters, String event) {
    Matcher noun = NOUN.matcher(event);
    for (Map.Entry<String, JsonNode> member : parameters.properties()) {
      String value = value(member.getValue());
      if (value != null && BARE.matcher(member.getKey()).matches() && noun.matches()) {
        return Optional.of(new NamedResource(noun.group(1), value));
      }
    }
    return Optional.empty();
  }

  /** Where a word of the event's name begins that begins with the stem; negative if none does. */
  private int positionIn(String event) {
    String name = event.toLowerCase(Locale.ROOT);
    String sought = stem.toLowerCase(Locale.ROOT);
    int at = name.indexOf(sought);
    while (at >= 0 && !Character.isUpperCase(event.charAt(at))) {
      at = name.indexOf(sought, at + 1);
    }
    return at;
  }

  private static List<NamedResource> within(JsonNode parameters, int depth) {
    List<NamedResource> found = new ArrayList<>();
    collect(parameters, depth, found);
    return found;
  }

  private static void collect(JsonNode node, int depth, List<NamedResource> found) {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      Matcher identifying = IDENTIFYING.matcher(member.getKey());
      String value = value(member.getValue());
      if (value != null && identifying.matches()) {
        String stem = identifying.group(1);
        if (!NOT_RESOURCES.contains(stem.toLowerCase(Locale.ROOT))) {
          found.add(new NamedResource(stem, value));
        }
      }
    }
    if (depth > 1) {
      node.forEach(child -> collect(child, depth - 1, found));
    }
  }

  /** A string, the first of an array of them, or the content of an element that was XML. */
  private static @Nullable String value(JsonNode node) {
    JsonNode text = node.isArray() ? node.path(0) : node;
    text = text.isObject() ? text.path("content") : text;
    boolean usable = text.isTextual() && !text.textValue().isBlank();
    return usable && !text.textValue().equals(HIDDEN) ? text.textValue() : null;
  }
}
