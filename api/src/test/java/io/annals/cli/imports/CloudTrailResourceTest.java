package io.annals.cli.imports;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudTrailResourceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/k"},{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::b"}] | AWS::S3::Object | arn:aws:s3:::b/k
          [{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::b/"},{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::b"}] | AWS::S3::Bucket | arn:aws:s3:::b
          [{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::b/"}] | AWS::S3::Object | arn:aws:s3:::b/
          [{"accountId":"1","ARN":"arn:aws:ssm:us-east-1:1:association/a"}] | ssm:association | arn:aws:ssm:us-east-1:1:association/a
          [{"accountId":"1"},7] | ec2 | 1111:eu-west-1
          [] | ec2 | 1111:eu-west-1
          null | ec2 | 1111:eu-west-1
          """)
  void listedResources_comeFirst(String resources, String type, String id) throws Exception {
    assertThat(resource("ec2", "DescribeHosts", "\"resources\":" + resources))
        .isEqualTo(new CloudTrailResource(type, id));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          s3 | GetBucketAcl | {"acl":"","bucketName":"b","Host":"h"} | s3:bucket | b
          s3 | PutObject | {"bucketName":"b","key":"k"} | s3:bucket | b
          iam | AttachRolePolicy | {"policyArn":"arn:aws:iam::aws:policy/P","roleName":"r"} | iam:role | r
          iam | DeleteAccessKey | {"userName":"u","accessKeyId":"AKIA"} | iam:access-key | AKIA
          iam | AddRoleToInstanceProfile | {"instanceProfileName":"p","roleName":"r"} | iam:role | r
          sts | AssumeRole | {"roleSessionName":"s","roleArn":"arn:aws:iam::1111:role/r"} | iam:role | arn:aws:iam::1111:role/r
          ec2 | TerminateInstances | {"instancesSet":{"items":[{"instanceId":"i-1"},{"instanceId":"i-2"}]}} | ec2:instance | i-1
          ec2 | DescribeRouteTables | {"routeTableIdSet":{},"filterSet":{"items":[{"name":"vpc-id"}]}} | ec2 | 1111:eu-west-1
          ec2 | DescribeNatGateways | {"DescribeNatGatewaysRequest":{"NatGatewayId":{"tag":1,"content":"nat-1"}}} | ec2:nat-gateway | nat-1
          ec2 | AttachInternetGateway | {"vpcId":"vpc-1","internetGatewayId":"igw-1"} | ec2:internet-gateway | igw-1
          rds | CreateDBSnapshot | {"dBInstanceIdentifier":"db","dBSnapshotIdentifier":"snap"} | rds:db-snapshot | snap
          ssm | GetDocument | {"name":"AWS-Run","documentVersion":"1"} | ssm:document | AWS-Run
          ssm | SendCommand | {"instanceIds":["i-1","i-2"],"documentName":"d"} | ssm:instance | i-1
          sqs | GetQueueAttributes | {"attributeNames":["All"],"queueUrl":"https://sqs/1/q"} | sqs:queue | https://sqs/1/q
          lambda | UpdateFunctionCode20150331v2 | {"functionName":"f"} | lambda:function | f
          eks | CreateCluster | {"name":"c","roleArn":"arn:aws:iam::1:role/r"} | eks:cluster | c
          rds | ListTagsForResource | {"resourceName":"arn:aws:rds:us-east-1:1:subgrp:g"} | rds:subgrp | arn:aws:rds:us-east-1:1:subgrp:g
          x | ListThings | {"clientId":"c","versionId":"v","requestId":"r"} | x | 1111:eu-west-1
          x | GetThing | {"thingName":"HIDDEN_DUE_TO_SECURITY_REASONS"} | x | 1111:eu-west-1
          x | GetThing | {"thingName":"","thingId":7,"valid":"v","paid":"p"} | x | 1111:eu-west-1
          x | GetThing | "text" | x | 1111:eu-west-1
          x | GetThing | null | x | 1111:eu-west-1
          """)
  void requestParameters_nameTheResource(
      String service, String event, String parameters, String type, String id) throws Exception {
    assertThat(resource(service, event, "\"requestParameters\":" + parameters))
        .isEqualTo(new CloudTrailResource(type, id));
  }

  @Test
  void createdResource_isFoundInTheAnswer() throws Exception {
    String call =
        "\"requestParameters\":{\"vpcId\":\"vpc-1\",\"cidrBlock\":\"10.0.0.0/24\"},"
            + "\"responseElements\":{\"requestId\":\"r\",\"subnet\":{\"vpcId\":\"vpc-1\",\"subnetId\":\"subnet-1\"}}";

    assertThat(resource("ec2", "CreateSubnet", call))
        .isEqualTo(new CloudTrailResource("ec2:subnet", "subnet-1"));
  }

  @Test
  void serviceEvent_isAboutWhatItsDetailsName() throws Exception {
    String details =
        "\"requestParameters\":null,\"serviceEventDetails\":{\"snapshotId\":\"snap-1\"}";

    assertThat(resource("ec2", "SharedSnapshotVolumeCreated", details))
        .isEqualTo(new CloudTrailResource("ec2:snapshot", "snap-1"));
  }

  @Test
  void recordWithoutAccountOrRegion_isAboutAnyOfThem() throws Exception {
    String record = "{\"eventSource\":\"signin.amazonaws.com\",\"eventName\":\"ConsoleLogin\"}";

    assertThat(CloudTrailResource.of(JsonText.MAPPER.readTree(record)))
        .isEqualTo(new CloudTrailResource("signin", "*:*"));
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:s3:::bucket/key,                               s3",
    "arn:aws:sns:us-east-1:1:topic,                         sns",
    "arn:aws:lambda:us-east-1:1:function:f:1,               lambda:function",
    "arn:aws:ec2:us-east-1:1:route-table/rtb-1,             ec2:route-table",
    "arn:aws:apigateway:us-east-1::/restapis/a1,            apigateway:restapis",
    "arn:aws:execute-api:us-east-1:1:a1b2c3/prod/GET/,      execute-api",
    "arn:nonsense,                                          arn",
  })
  void arn_saysItsType(String arn, String type) {
    assertThat(CloudTrailResource.ofArn(arn)).isEqualTo(new CloudTrailResource(type, arn));
  }

  private static CloudTrailResource resource(String service, String event, String more)
      throws Exception {
    String record =
        "{\"eventSource\":\"%s.amazonaws.com\",\"eventName\":\"%s\",\"awsRegion\":\"eu-west-1\","
            + "\"recipientAccountId\":\"1111\",%s}";
    return CloudTrailResource.of(JsonText.MAPPER.readTree(record.formatted(service, event, more)));
  }
}
