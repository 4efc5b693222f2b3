package io.annals.cli.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudTrailTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

  @Test
  void dataEvent_isMappedWhole() throws Exception {
    JsonNode item =
        map(
            """
            {"eventVersion":"1.09",
             "userIdentity":{"type":"IAMUser","principalId":"AIDA1","arn":"arn:aws:iam::111122223333:user/alice",
               "accountId":"111122223333","userName":"alice"},
             "eventTime":"2025-03-04T05:06:07Z","eventSource":"s3.amazonaws.com","eventName":"GetObject",
             "awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.7","userAgent":"aws-cli/2",
             "errorCode":"AccessDenied","errorMessage":"no",
             "requestParameters":{"bucketName":"b","key":"k"},"responseElements":null,
             "eventID":"7E2C1B90-5B1B-4C64-9F0E-0C43F4D3A001","readOnly":true,
             "resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/k"},
               {"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::b"}],
             "eventType":"AwsApiCall","recipientAccountId":"111122223333"}
            """);

    assertThat(item)
        .isEqualTo(
            JsonText.MAPPER.readTree(
                """
                {"id":"7e2c1b90-5b1b-4c64-9f0e-0c43f4d3a001","created_at":"2025-03-04T05:06:07.000Z",
                 "actor_id":"arn:aws:iam::111122223333:user/alice","actor_type":"IAMUser",
                 "action":"s3:GetObject","resource_type":"AWS::S3::Object",
                 "resource_id":"arn:aws:s3:::b/k",
                 "metadata":{"eventVersion":"1.09",
                   "userIdentity":{"type":"IAMUser","principalId":"AIDA1",
                     "arn":"arn:aws:iam::111122223333:user/alice","accountId":"111122223333",
                     "userName":"alice"},
                   "eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1",
                   "sourceIPAddress":"203.0.113.7","userAgent":"aws-cli/2",
                   "errorCode":"AccessDenied","errorMessage":"no",
                   "requestParameters":{"bucketName":"b","key":"k"},"responseElements":null,
                   "readOnly":true,
                   "resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/k"},
                     {"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::b"}],
                   "eventType":"AwsApiCall","recipientAccountId":"111122223333"}}
                """));
  }

  @Test
  void insight_isCloudTrailsOwnWordAboutACall() throws Exception {
    JsonNode item =
        map(
            """
            {"eventVersion":"1.08","eventTime":"2025-03-04T05:06:00Z","awsRegion":"us-east-1",
             "eventID":"7e2c1b90-5b1b-4c64-9f0e-0c43f4d3a002","eventType":"AwsCloudTrailInsight",
             "recipientAccountId":"111122223333","sharedEventID":"s",
             "insightDetails":{"state":"Start","eventSource":"ssm.amazonaws.com",
               "eventName":"UpdateInstanceInformation","insightType":"ApiCallRateInsight",
               "insightContext":{"statistics":{"baseline":{"average":0.0020833333}}}},
             "eventCategory":"Insight"}
            """);

    assertThat(item.path("action").asText()).isEqualTo("cloudtrail:ApiCallRateInsight");
    assertThat(item.path("actor_type").asText()).isEqualTo("AWSService");
    assertThat(item.path("actor_id").asText()).isEqualTo("cloudtrail.amazonaws.com");
    assertThat(item.path("resource_type").asText()).isEqualTo("aws:api");
    assertThat(item.path("resource_id").asText()).isEqualTo("ssm:UpdateInstanceInformation");
    assertThat(item.toString()).contains("0.0020833333");
  }

  @ParameterizedTest
  @CsvSource({
    "2023-07-10T11:42:36Z,              2023-07-10T11:42:36.000Z",
    "2023-07-10T11:42:36.1239Z,         2023-07-10T11:42:36.123Z",
    "2023-07-10T13:42:36+02:00,         2023-07-10T11:42:36.000Z",
    "2026-01-01T00:04:59Z,              2026-01-01T00:04:59.000Z",
  })
  void eventTime_isWrittenInUtcWithMilliseconds(String given, String written) throws Exception {
    JsonNode item = map(minimal().put("eventTime", given));

    assertThat(item.path("created_at").asText()).isEqualTo(written);
    assertThat(item.path("metadata").has("eventTime")).isEqualTo(given.contains("39Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "eventTime,   yesterday,                 eventTime is no RFC 3339 date-time",
    "eventTime,   2023-02-30T00:00:00Z,      eventTime is no RFC 3339 date-time",
    "eventTime,   -0001-01-01T00:00:00Z,     eventTime is no RFC 3339 date-time",
    "eventTime,   2026-01-01T00:05:01Z,      eventTime is in the future",
    "eventTime,   +12345-01-01T00:00:00Z,    eventTime is in the future",
    "eventTime,   '',                        no eventTime",
    "eventName,   ' ',                       no eventName",
    "eventSource, '',                        no eventSource",
  })
  void badMember_isSkippedWithItsReason(String member, String value, String reason) {
    assertThatThrownBy(() -> map(minimal().put(member, value)))
        .isInstanceOfSatisfying(
            UnusableException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.alien()).isFalse();
            });
  }

  @Test
  void digestFileAndOtherJson_areToldApart() {
    assertThatThrownBy(() -> map("{\"awsAccountId\":\"1\",\"digestStartTime\":\"2025\"}"))
        .isInstanceOfSatisfying(
            UnusableException.class, e -> assertThat(e.reason()).startsWith("a digest file"));
    assertThatThrownBy(() -> map("{\"level\":\"info\"}"))
        .isInstanceOfSatisfying(UnusableException.class, e -> assertThat(e.alien()).isTrue());
  }

  @Test
  void recordWithoutUuid_getsOneFromItsContent() throws Exception {
    String start = "{\"eventTime\":\"2025-01-01T00:00:00Z\",\"eventName\":\"A\",";
    JsonNode one = map(start + "\"eventSource\":\"x\",\"eventID\":\"1-1-1-1-1\"}");
    JsonNode same = map(start + "  \"eventID\":\"1-1-1-1-1\", \"eventSource\":\"x\"}");
    JsonNode other = map(start + "\"eventSource\":\"x\",\"eventID\":\"1-1-1-1-2\"}");

    assertThat(one.path("id").asText())
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
        .isEqualTo(same.path("id").asText())
        .isNotEqualTo(other.path("id").asText());
    assertThat(one.path("metadata").path("eventID").asText()).isEqualTo("1-1-1-1-1");
  }

  @Test
  void largeRecord_leavesOutTheLargestMemberAndSaysSo() throws Exception {
    ObjectNode record = minimal();
    record.putObject("requestParameters").put("policyDocument", "p".repeat(20_000));
    record.putObject("responseElements").put("text", "r".repeat(40_000));

    JsonNode metadata = map(record).path("metadata");

    assertThat(JsonText.bytes(metadata)).hasSizeLessThan(32 * 1024);
    assertThat(metadata.path("requestParameters").path("policyDocument").asText()).hasSize(20_000);
    assertThat(metadata.has("responseElements")).isFalse();
    JsonNode note = metadata.path("annals_import").path("left_out").path("responseElements");
    assertThat(note.path("bytes").asInt()).isEqualTo(40_011);
    assertThat(note.path("sha256").asText()).hasSize(64);
    assertThat(note.path("start").asText()).startsWith("{\"text\":\"rrr").hasSize(256);
  }

  @Test
  void whatCannotBeStored_isReplacedAndNoted() throws Exception {
    JsonNode item =
        map(
            """
            {"eventTime":"2025-01-01T00:00:00Z","eventName":"A","eventSource":"x.amazonaws.com",
             "userIdentity":{"type":"IAMUser","userName":"a\\u0000b"},
             "requestParameters":{"\\u0000":"\\udc00 \\ud83d\\ude00"}}
            """);

    assertThat(item.path("actor_id").asText()).isEqualTo("a\uFFFDb");
    assertThat(item.path("metadata").path("requestParameters").path("\uFFFD").asText())
        .isEqualTo("\uFFFD \uD83D\uDE00");
    assertThat(item.path("metadata").path("annals_import").path("characters_replaced").asInt())
        .isEqualTo(3);
  }

  @Test
  void deepLevels_standAsText() throws Exception {
    ObjectNode record = minimal();
    record.set(
        "requestParameters", JsonText.MAPPER.readTree("[".repeat(200) + "1" + "]".repeat(200)));

    JsonNode metadata = map(record).path("metadata");

    int levels = 1;
    JsonNode level = metadata.path("requestParameters");
    for (; level.isArray(); level = level.path(0)) {
      levels++;
    }
    assertThat(levels).isEqualTo(31);
    assertThat(level.asText()).startsWith("[[[").hasSize(2 * 170 + 1);
    assertThat(metadata.path("annals_import").path("levels_as_text").asInt()).isEqualTo(1);
  }

  @Test
  void longIds_areCutButStayDistinct() throws Exception {
    String start = "\uD83D\uDE00".repeat(250);
    ObjectNode one = minimal();
    one.putObject("userIdentity").put("arn", start + "1234567");
    ObjectNode other = minimal();
    other.putObject("userIdentity").put("arn", start + "1234568");

    String id = map(one).path("actor_id").asText();

    assertThat(id.codePointCount(0, id.length())).isEqualTo(256);
    assertThat(id).startsWith("\uD83D\uDE00".repeat(223) + "~");
    assertThat(id).isNotEqualTo(map(other).path("actor_id").asText());
    assertThat(map(one).path("metadata").path("annals_import").path("cut_fields").path("actor_id"))
        .isEqualTo(JsonText.object().put("actor_id", 257).path("actor_id"));
  }

  @Test
  void sameRecord_yieldsTheSameBytes() throws Exception {
    ObjectNode record = minimal();
    record.putObject("responseElements").put("text", "r".repeat(40_000));

    assertThat(mapping().map(record.deepCopy(), "a").json())
        .isEqualTo(mapping().map(record.deepCopy(), "b").json());
  }

  private static ObjectNode minimal() {
    return JsonText.object()
        .put("eventTime", "2025-01-01T00:00:00Z")
        .put("eventSource", "ec2.amazonaws.com")
        .put("eventName", "DescribeHosts")
        .put("eventID", "7e2c1b90-5b1b-4c64-9f0e-0c43f4d3a003");
  }

  private static CloudTrail mapping() {
    return new CloudTrail(CLOCK);
  }

  private static JsonNode map(String record) throws IOException, UnusableException {
    return map((ObjectNode) JsonText.MAPPER.readTree(record));
  }

  private static JsonNode map(ObjectNode record) throws IOException, UnusableException {
    return JsonText.MAPPER.readTree(mapping().map(record, "line 1").json());
  }
}
