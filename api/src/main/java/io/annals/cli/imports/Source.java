package io.annals.cli.imports;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * An input of an import.
 *
 * @param name what messages call it
 * @param bytes how large it is as it is stored, negative where that is not known
 * @param opener opens it
 */
public record Source(String name, long bytes, Opener opener) {
  private static final int BUFFER_BYTES = 128 * 1024;

  /** The file at this path; a pipe is opened at once. */
  public static Source file(Path path) throws IOException {
    // Files.newInputStream fails to read pipes: it asks for their position.
    return Files.isRegularFile(path)
        ? new Source(path.toString(), Files.size(path), () -> Files.newInputStream(path))
        : stream(path.toString(), new FileInputStream(path.toFile()));
  }

  /** An input of unknown length that is open already. */
  public static Source stream(String name, InputStream in) {
    InputStream markable = new BufferedInputStream(in, BUFFER_BYTES);
    return new Source(name, -1, () -> markable);
  }

  /** How large these are as they are stored, negative where that is not known. */
  public static long bytesOf(List<Source> sources) {
    boolean known = sources.stream().allMatch(Source::isFile);
    return known ? sources.stream().mapToLong(Source::bytes).sum() : -1;
  }

  /** Whether it can be read from its start more than once: a stream cannot. */
  public boolean isFile() {
    return bytes >= 0;
  }

  /** Its content, inflated if it begins as gzip does, without a byte order mark. */
  InputStream open(Progress progress) throws IOException {
    return content(opener.open(), progress);
  }

  /**
   * Its content before it is opened. Of a stream that is only what can be read of it at once, and
   * may break off anywhere. Blocks until there is something.
   */
  InputStream preview(Progress progress) throws IOException {
    if (isFile()) {
      return open(progress);
    }
    InputStream in = opener.open();
    byte[] start = new byte[BUFFER_BYTES];
    in.mark(start.length);
    int bytes = in.read(start);
    in.reset();
    return content(new ByteArrayInputStream(start, 0, Math.max(bytes, 0)), Progress.NONE);
  }

  private static InputStream content(InputStream stored, Progress progress) throws IOException {
    InputStream in = new BufferedInputStream(new Counted(stored, progress), BUFFER_BYTES);
    if (startsWith(in, 0x1F, 0x8B)) {
      in = new BufferedInputStream(new GZIPInputStream(in, BUFFER_BYTES), BUFFER_BYTES);
    }
    if (startsWith(in, 0xEF, 0xBB, 0xBF)) {
      in.skipNBytes(3);
    }
    return in;
  }

  private static boolean startsWith(InputStream in, int... bytes) throws IOException {
    in.mark(bytes.length);
    boolean equal = true;
    for (int expected : bytes) {
      equal = equal && in.read() == expected;
    }
    in.reset();
    return equal;
  }

  /** Opens an input. */
  @FunctionalInterface
  public interface Opener {
    /** The bytes as they are stored. */
    InputStream open() throws IOException;
  }

  private static final class Counted extends FilterInputStream {
    private final Progress progress;

    Counted(InputStream in, Progress progress) {
      super(in);
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      progress.bytesRead(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int bytes = super.read(buffer, offset, length);
      progress.bytesRead(Math.max(bytes, 0));
      return bytes;
    }

    /** Never 0: gzip takes that for the end, and would drop what follows its first member. */
    @Override
    public int available() throws IOException {
      return Math.max(super.available(), 1);
    }
  }
}
