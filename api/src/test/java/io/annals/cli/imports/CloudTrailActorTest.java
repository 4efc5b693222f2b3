package io.annals.cli.imports;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudTrailActorTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"Root","principalId":"1111","arn":"arn:aws:iam::1111:root","accountId":"1111"} | Root | arn:aws:iam::1111:root
          {"type":"Root","principalId":"1111","accountId":"1111"} | Root | 1111
          {"type":"IAMUser","principalId":"AIDA","arn":"arn:aws:iam::1111:user/al","accountId":"1111","userName":"al"} | IAMUser | arn:aws:iam::1111:user/al
          {"type":"IAMUser","accountId":"1111","accessKeyId":"","userName":"HIDDEN_DUE_TO_SECURITY_REASONS"} | IAMUser | HIDDEN_DUE_TO_SECURITY_REASONS
          {"type":"AssumedRole","principalId":"AROA:s","arn":"arn:aws:sts::1111:assumed-role/r/s","invokedBy":"x.amazonaws.com","onBehalfOf":{"userId":"u"}} | AssumedRole | arn:aws:sts::1111:assumed-role/r/s
          {"type":"FederatedUser","principalId":"1111:bob","arn":"arn:aws:sts::1111:federated-user/bob","accountId":"1111"} | FederatedUser | arn:aws:sts::1111:federated-user/bob
          {"type":"AWSAccount","principalId":"AROA:session","accountId":"2222"} | AWSAccount | AROA:session
          {"type":"AWSAccount","principalId":"","accountId":"ANONYMOUS_PRINCIPAL"} | AWSAccount | ANONYMOUS_PRINCIPAL
          {"type":"AWSAccount","accountId":"2222","invokedBy":"AWS Internal"} | AWSAccount | 2222
          {"type":"AWSService","invokedBy":"inspector2.amazonaws.com"} | AWSService | inspector2.amazonaws.com
          {"type":"AWSService","accountId":"3333","invokedBy":"ec2.amazonaws.com"} | AWSService | ec2.amazonaws.com
          {"type":"WebIdentityUser","principalId":"accounts.google.com:app:user","userName":"user","identityProvider":"accounts.google.com"} | WebIdentityUser | accounts.google.com:app:user
          {"type":"SAMLUser","principalId":"SampleUkh=:bob","userName":"bob"} | SAMLUser | SampleUkh=:bob
          {"type":"IdentityCenterUser","accountId":"1111","onBehalfOf":{"userId":"u-1","identityStoreArn":"arn:x"},"credentialId":"c"} | IdentityCenterUser | u-1
          {"type":"Unknown","principalId":"1111","accountId":"1111","userName":"jane"} | Unknown | jane
          {"accountId":"1111","invokedBy":"ec2.amazonaws.com"} | AWSService | ec2.amazonaws.com
          {"accountId":"1111"} | Unknown | 1111
          {} | Unknown | 9999
          null | Unknown | 9999
          "text" | Unknown | 9999
          """)
  void identity_givesTypeAndId(String identity, String type, String id) throws Exception {
    String record = "{\"recipientAccountId\":\"9999\",\"userIdentity\":%s}".formatted(identity);

    assertThat(CloudTrailActor.of(JsonText.MAPPER.readTree(record)))
        .isEqualTo(new CloudTrailActor(type, id));
  }

  @ParameterizedTest
  @CsvSource({"{}", "'{\"userIdentity\":[]}'"})
  void recordThatSaysNothing_isUnknown(String record) throws Exception {
    assertThat(CloudTrailActor.of(JsonText.MAPPER.readTree(record)))
        .isEqualTo(new CloudTrailActor("Unknown", "unknown"));
  }
}
