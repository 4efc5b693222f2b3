package io.annals.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.annals.fuzz.Target;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Digests as stores keep them: as they are, and with the seal that damage would break. What is read
 * can be written and read again. Made of the input's lines, a digest finds each exactly.
 */
public final class DigestTarget implements Target {
  private static final int VERSION = 1;

  @Override
  public void check(byte[] input) {
    read(input);
    read(Sealed.seal(VERSION, input, input.length));
    if (input.length >= Integer.BYTES) {
      byte[] folded = input.clone();
      ByteBuffer.wrap(folded).putInt(CaseFolding.FINGERPRINT);
      read(Sealed.seal(VERSION, folded, folded.length));
    }
    search(new String(input, UTF_8).lines().toList());
  }

  private static void read(byte[] stored) {
    Digest digest;
    try {
      digest = Digest.decode(stored);
    } catch (DamagedDigestException e) {
      return;
    }
    byte[] encoded = digest.encode();
    assertThat(Digest.decode(encoded).encode()).isEqualTo(encoded);
    assertThat(digest.strips(SearchTerm.of("a")) & ~digest.occupiedStrips()).isZero();
    assertThat(digest.sizeBytes()).isLessThanOrEqualTo(Digest.SIZE_BYTES_MAX);
  }

  /** The first line is looked for in the others. */
  private static void search(List<String> lines) {
    if (lines.isEmpty() || lines.get(0).isEmpty() || lines.stream().anyMatch(l -> has0(l))) {
      return;
    }
    SearchTerm term = SearchTerm.of(lines.get(0));
    Digest.Builder builder = new Digest.Builder();
    long expected = 0;
    for (int i = 1; i < lines.size(); i++) {
      int strip = i % Digest.STRIPS_MAX;
      builder.add(strip, lines.get(i));
      expected |= term.matches(lines.get(i)) ? 1L << strip : 0;
    }
    Digest digest = builder.build();
    assertThat(digest.strips(term)).isEqualTo(expected);
    assertThat(Digest.decode(digest.encode()).strips(term)).isEqualTo(expected);
  }

  private static boolean has0(String line) {
    return line.indexOf('\0') >= 0;
  }
}
