package io.annals.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class DigestCodecTest {
  private final Random random = new Random(6);

  @Test
  void decoded_answersAsTheEncoded() {
    for (int stream = 0; stream < 3_000; stream++) {
      Model model = Model.random(random);
      Digest encoded = model.digest();
      Digest decoded = Digest.decode(encoded.encode());
      assertThat(decoded.occupiedStrips()).isEqualTo(encoded.occupiedStrips());
      assertThat(decoded.opaqueStrips()).isZero();
      assertThat(decoded.valueCount()).isEqualTo(encoded.valueCount());
      assertThat(decoded.sizeBytes()).isEqualTo(encoded.sizeBytes());
      for (int i = 0; i < 20; i++) {
        SearchTerm term = model.term(random);
        assertThat(decoded.strips(term)).isEqualTo(model.strips(term));
      }
    }
  }

  @Test
  void encoding_dependsOnTheContentOnly() {
    Digest.Builder one = new Digest.Builder();
    Digest.Builder other = new Digest.Builder();
    for (int i = 0; i < 100; i++) {
      one.add(i % 5, "value " + i);
      other.add((99 - i) % 5, "VALUE " + (99 - i));
    }
    assertThat(one.build().encode()).isEqualTo(other.build().encode());
  }

  @Test
  void digest_thatWasFoldedDifferently_isOpaque() {
    Digest.Builder builder = new Digest.Builder();
    builder.add(3, "value");
    byte[] encoded = DigestCodec.encode(builder.build(), CaseFolding.FINGERPRINT + 1);
    Digest decoded = Digest.decode(encoded);
    assertThat(decoded.isOpaque()).isTrue();
    assertThat(decoded.strips(SearchTerm.of("other"))).isEqualTo(1 << 3);
  }

  @Test
  void damagedBytes_areRefused() {
    byte[] encoded = Model.random(random).digest().encode();
    for (int i = 0; i < encoded.length; i++) {
      refused(Arrays.copyOf(encoded, i));
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        byte[] damaged = encoded.clone();
        damaged[i] ^= (byte) (1 << bit);
        refused(damaged);
      }
    }
    refused(Arrays.copyOf(encoded, encoded.length + 1));
  }

  @Test
  void bytesOfAnotherVersion_areRefused() {
    refused(Sealed.seal(2, body(), body().length));
  }

  @Test
  void forgedBody_isRefusedOrADigest() {
    byte[] sound = body();
    int refused = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] forged = Arrays.copyOf(sound, sound.length - random.nextInt(3) / 2);
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        forged[random.nextInt(forged.length)] = (byte) random.nextInt();
      }
      try {
        Digest digest = Digest.decode(Sealed.seal(1, forged, forged.length));
        assertThat(digest.strips(SearchTerm.of("a")) & ~digest.occupiedStrips()).isZero();
        assertThat(digest.sizeBytes()).isLessThanOrEqualTo(Digest.SIZE_BYTES_MAX);
      } catch (DamagedDigestException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1, 49_999);
  }

  @Test
  void lengthBeyondTheBound_isRefusedBeforeItIsTaken() {
    byte[] bomb = new byte[64 << 20];
    refused(Sealed.seal(1, bomb, bomb.length));
    byte[] understated = Sealed.seal(1, bomb, bomb.length);
    CRC32 checksum = new CRC32();
    checksum.update(new byte[Integer.BYTES]);
    checksum.update(understated, 9, understated.length - 9);
    ByteBuffer.wrap(understated).put((byte) 1).putInt((int) checksum.getValue()).putInt(0);
    assertThatExceptionOfType(DamagedDigestException.class)
        .isThrownBy(() -> Digest.decode(understated))
        .withMessage("length");
  }

  /** What is sealed in a digest. */
  private static byte[] body() {
    Digest.Builder builder = new Digest.Builder();
    builder.add(0, "ab");
    builder.add(3, "abc");
    builder.add(9, "abc");
    builder.add(0, "ac");
    return Sealed.open(1, builder.build().encode(), Integer.MAX_VALUE).array();
  }

  private static void refused(byte[] encoded) {
    assertThatExceptionOfType(DamagedDigestException.class)
        .isThrownBy(() -> Digest.decode(encoded));
  }
}
