package io.annals.cli.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who acted, by a record's {@code userIdentity}.
 *
 * <p>The type is as given. Where there is none, it is {@code AWSService} for a record that names
 * the service it was {@code invokedBy} and for an Insights record, else {@code Unknown}.
 *
 * <p>The id is the first of these that is there:
 *
 * <ol>
 *   <li>{@code arn}: root, IAM users, roles and federated users
 *   <li>{@code onBehalfOf.userId}: users of IAM Identity Center
 *   <li>{@code principalId}, when it says more than {@code accountId}: web identities, SAML users,
 *       principals of other accounts
 *   <li>{@code userName}
 *   <li>{@code invokedBy}, when the type is {@code AWSService}
 *   <li>{@code accountId}: other accounts, anonymous callers
 *   <li>{@code invokedBy}
 *   <li>{@code cloudtrail.amazonaws.com} for an Insights record
 *   <li>{@code recipientAccountId} of the record, else {@code unknown}
 * </ol>
 *
 * @param type what kind of identity it is
 * @param id who it is
 */
record CloudTrailActor(String type, String id) {
  private static final String SERVICE = "AWSService";

  static CloudTrailActor of(JsonNode record) {
    JsonNode identity = record.path("userIdentity");
    String type = type(record, identity);
    String accountId = JsonText.string(identity, "accountId");
    String principalId = JsonText.string(identity, "principalId");
    String invokedBy = JsonText.string(identity, "invokedBy");
    String id =
        first(
            JsonText.string(identity, "arn"),
            JsonText.string(identity.path("onBehalfOf"), "userId"),
            Objects.equals(principalId, accountId) ? null : principalId,
            JsonText.string(identity, "userName"),
            type.equals(SERVICE) ? invokedBy : null,
            accountId,
            invokedBy,
            CloudTrail.isInsight(record) ? "cloudtrail.amazonaws.com" : null,
            JsonText.string(record, "recipientAccountId"),
            "unknown");
    return new CloudTrailActor(type, id);
  }

  private static String type(JsonNode record, JsonNode identity) {
    boolean service =
        CloudTrail.isInsight(record) || JsonText.string(identity, "invokedBy") != null;
    return first(JsonText.string(identity, "type"), service ? SERVICE : null, "Unknown");
  }

  private static String first(@Nullable String... candidates) {
    return Stream.of(candidates).filter(Objects::nonNull).findFirst().orElseThrow();
  }
}
