package io.annals.cli.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a record acted on. The first of these that finds something:
 *
 * <ol>
 *   <li>{@code resources}: the first entry with an {@code ARN}, else with an {@code ARNPrefix}; its
 *       {@code type} as given, else the type that the ARN says.
 *   <li>What {@code requestParameters} identify, else {@code responseElements}, by the event's
 *       name; then anything that {@code requestParameters} or {@code serviceEventDetails} identify:
 *       see {@link NamedResource}.
 *   <li>An Insights record is about a call: {@code aws:api}, and the call as an action is written.
 *   <li>A record that names nothing is about its service in its account and region: {@code ec2},
 *       {@code 123456789012:us-east-1}, with {@code *} for what is not known.
 * </ol>
 *
 * @param type what kind of thing it is
 * @param id which one it is
 */
record CloudTrailResource(String type, String id) {
  // What stands in front of the first separator, unless it looks like an id itself.
  private static final Pattern ARN_KIND = Pattern.compile("/?([a-z][A-Za-z-]{1,39})[/:].+");

  static CloudTrailResource of(JsonNode record) {
    String service = CloudTrail.service(record);
    return listed(record, "ARN")
        .or(() -> listed(record, "ARNPrefix"))
        .or(() -> NamedResource.find(record, service))
        .orElseGet(() -> CloudTrail.isInsight(record) ? insight(record) : everything(record));
  }

  /** The resource of this ARN: its type is the ARN's service and, where it says one, its kind. */
  static CloudTrailResource ofArn(String arn) {
    String[] parts = arn.split(":", 6);
    if (parts.length < 6 || parts[2].isEmpty()) {
      return new CloudTrailResource("arn", arn);
    }
    Matcher kind = ARN_KIND.matcher(parts[5]);
    // Without region and account, as in S3, the path begins with a name, not with a kind.
    boolean typed = !(parts[3].isEmpty() && parts[4].isEmpty()) && kind.matches();
    return new CloudTrailResource(typed ? parts[2] + ":" + kind.group(1) : parts[2], arn);
  }

  private static Optional<CloudTrailResource> listed(JsonNode record, String member) {
    for (JsonNode resource : record.path("resources")) {
      String arn = JsonText.string(resource, member);
      if (arn != null) {
        String type = JsonText.string(resource, "type");
        return Optional.of(type == null ? ofArn(arn) : new CloudTrailResource(type, arn));
      }
    }
    return Optional.empty();
  }

  private static CloudTrailResource insight(JsonNode record) {
    JsonNode insight = record.path("insightDetails");
    return new CloudTrailResource(
        "aws:api",
        orAny(CloudTrail.service(insight)) + ":" + orAny(JsonText.string(insight, "eventName")));
  }

  private static CloudTrailResource everything(JsonNode record) {
    String account = JsonText.string(record, "recipientAccountId");
    if (account == null) {
      account = JsonText.string(record.path("userIdentity"), "accountId");
    }
    return new CloudTrailResource(
        orAny(CloudTrail.service(record)),
        orAny(account) + ":" + orAny(JsonText.string(record, "awsRegion")));
  }

  private static String orAny(@Nullable String name) {
    return name == null ? "*" : name;
  }
}
