package io.annals.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.annals.fuzz.Target;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Gzip: inflated alike whatever the pieces, and what is taken is what the JDK's own reader finds.
 */
public final class GunzipTarget implements Target {
  /** More than this of a bomb tells nothing new. */
  private static final int INFLATED_BYTES_MAX = 1 << 20;

  @Override
  public void check(byte[] input) throws IOException {
    Optional<byte[]> inflated = inflate(input, input.length);
    Optional<byte[]> inPieces = inflate(input, input.length == 0 ? 1 : 1 + (input[0] & 7));
    assertThat(inPieces.isPresent()).isEqualTo(inflated.isPresent());
    if (inflated.isPresent()) {
      assertThat(inPieces.get()).isEqualTo(inflated.get());
      assertThat(jdk(input)).isEqualTo(inflated.get());
    }
  }

  /** What these bytes hold; nothing if they are not whole, damaged, or hold too much. */
  private static Optional<byte[]> inflate(byte[] input, int pieceBytes) {
    ByteArrayOutputStream inflated = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    try (Gunzip gunzip = new Gunzip()) {
      for (int at = 0; at < input.length; at += pieceBytes) {
        gunzip.feed(Arrays.copyOfRange(input, at, Math.min(at + pieceBytes, input.length)));
        for (int n = gunzip.inflate(buffer); n > 0; n = gunzip.inflate(buffer)) {
          inflated.write(buffer, 0, n);
          if (inflated.size() > INFLATED_BYTES_MAX) {
            return Optional.empty();
          }
        }
      }
      return gunzip.isWhole() ? Optional.of(inflated.toByteArray()) : Optional.empty();
    } catch (ZipException e) {
      return Optional.empty();
    }
  }

  private static byte[] jdk(byte[] input) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(input))) {
      return in.readAllBytes();
    }
  }
}
