package io.annals.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;

class GunzipTest {
  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** Inflates what comes in two pieces, into an array of this size. */
  private static byte[] inflate(byte[] compressed, int cut, int size) throws ZipException {
    try (Gunzip gunzip = new Gunzip()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] into = new byte[size];
      for (byte[] piece :
          new byte[][] {
            Arrays.copyOf(compressed, cut), Arrays.copyOfRange(compressed, cut, compressed.length)
          }) {
        gunzip.feed(piece);
        for (int length = gunzip.inflate(into); length > 0; length = gunzip.inflate(into)) {
          out.write(into, 0, length);
        }
      }
      if (!gunzip.isWhole()) {
        throw new ZipException("cut off");
      }
      return out.toByteArray();
    }
  }

  private static byte[] content(Random random, int length) {
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = (byte) "abc\n".charAt(random.nextInt(4));
    }
    return content;
  }

  /** A member with every optional part of the header. */
  private static byte[] withLongHeader(byte[] content) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(content);
    deflater.finish();
    byte[] data = new byte[content.length + 100];
    int length = deflater.deflate(data);
    deflater.end();
    CRC32 crc = new CRC32();
    crc.update(content);
    int sum = (int) crc.getValue();
    int size = content.length;
    byte[] header =
        concat(
            new byte[] {0x1f, (byte) 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 0, 3, 0, 'x', 'y', 'z'},
            new byte[] {'n', 'a', 'm', 'e', 0, 'c', 0});
    crc.reset();
    crc.update(header);
    int check = (int) crc.getValue();
    return concat(
        header,
        new byte[] {(byte) check, (byte) (check >> 8)},
        Arrays.copyOf(data, length),
        new byte[] {(byte) sum, (byte) (sum >> 8), (byte) (sum >> 16), (byte) (sum >> 24)},
        new byte[] {(byte) size, (byte) (size >> 8), (byte) (size >> 16), (byte) (size >> 24)});
  }

  @Test
  void members_areInflatedOneAfterTheOther_whereverTheyAreCut() throws IOException {
    Random random = new Random(1);
    byte[] one = content(random, 700);
    byte[] two = content(random, 300);
    byte[] whole = concat(one, two, two);
    byte[] compressed = concat(gzip(one), withLongHeader(two), gzip(new byte[0]), gzip(two));
    for (int cut = 0; cut <= compressed.length; cut++) {
      for (int size : new int[] {1, 64, 100_000}) {
        assertThat(inflate(compressed, cut, size)).as("cut at %d", cut).isEqualTo(whole);
      }
    }
  }

  @Test
  void content_thatWasCutOff_isNotWhole() throws IOException {
    byte[] compressed = gzip(content(new Random(2), 500));
    for (int length = 0; length < compressed.length; length++) {
      byte[] part = Arrays.copyOf(compressed, length);
      assertThatThrownBy(() -> inflate(part, 0, 1000)).isInstanceOf(ZipException.class);
    }
  }

  @Test
  void damage_isFound() throws IOException {
    byte[] content = content(new Random(3), 500);
    byte[] compressed = gzip(content);
    for (int at = 0; at < compressed.length; at++) {
      if (at > 3 && at < 10) {
        continue; // time, system and extra flags mean nothing here
      }
      byte[] damaged = compressed.clone();
      damaged[at] ^= (byte) (at == 3 ? 0x80 : 0x10);
      assertThatThrownBy(() -> inflate(damaged, 0, 1000))
          .as("byte %d", at)
          .isInstanceOf(ZipException.class);
    }
    byte[] followed = concat(compressed, new byte[] {'x'});
    assertThatThrownBy(() -> inflate(followed, 0, 1000)).isInstanceOf(ZipException.class);
  }

  @Test
  void damageOfAHeader_isFound_whereItHasACheck() {
    byte[] member = withLongHeader(content(new Random(4), 50));
    for (int at = 0; at < 24; at++) {
      byte[] damaged = member.clone();
      damaged[at] ^= 0x10;
      assertThatThrownBy(() -> inflate(damaged, 0, 1000))
          .as("byte %d", at)
          .isInstanceOf(ZipException.class);
    }
  }

  @Test
  void bomb_yieldsNoMoreThanFits() throws IOException {
    byte[] bomb = gzip(new byte[50_000_000]);
    long total = 0;
    byte[] into = new byte[1000];
    try (Gunzip gunzip = new Gunzip()) {
      gunzip.feed(bomb);
      for (int length = gunzip.inflate(into); length > 0; length = gunzip.inflate(into)) {
        total += length;
      }
      assertThat(gunzip.isWhole()).isTrue();
    }
    assertThat(total).isEqualTo(50_000_000);
  }
}
