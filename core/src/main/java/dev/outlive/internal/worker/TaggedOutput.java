package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.OutputMarker;
import dev.outlive.os.StandardStreams;
import dev.outlive.os.StartLine;
import dev.outlive.task.TaskStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a worker prints, with the markers that say which delivery it belongs to. {@code System.out}
 * and {@code System.err} lead here, and from here over a descriptor of its own to the pipe that is
 * the process's stdout and stderr too.
 *
 * <p>Each print is one write straight to the pipe, so nothing is lost with the process. One to
 * stdout is framed by markers; all else, also what native code and the JVM print, is stderr. No
 * write has more than PIPE_BUF bytes, so the kernel mixes none with another.
 *
 * <p>A task may close {@code System.out}, or the descriptors 0 to 2: they are mended when the next
 * delivery begins.
 */
final class TaggedOutput {
  private static final int PIPE_BUF = 4096;
  private static final int MOST_TEXT = PIPE_BUF - 2 * OutputMarker.BYTES;

  private final OutputStream raw;
  private final long token;
  private final Consumer<PrintStream> stdout;
  private final Consumer<PrintStream> stderr;
  private final byte[] buffer = new byte[PIPE_BUF]; // guarded by this
  private long delivery; // guarded by this
  private volatile Entrance out = new Entrance(TaskStream.OUT);
  private volatile Entrance err = new Entrance(TaskStream.ERR);
  private volatile @Nullable StandardStreams kept;

  /**
   * Creates one.
   *
   * @param token in the markers; 0: there are none
   * @param stdout is told what Java code is to print its stdout to, now and when that was closed
   * @param stderr the same for stderr
   */
  TaggedOutput(
      OutputStream raw, long token, Consumer<PrintStream> stdout, Consumer<PrintStream> stderr) {
    this.raw = raw;
    this.token = token;
    this.stdout = stdout;
    this.stderr = stderr;
    stdout.accept(print(out));
    stderr.accept(print(err));
  }

  /** Points {@code System.out} and {@code System.err} to the worker's pipe. */
  static TaggedOutput install(StartLine line, long token) {
    return new TaggedOutput(open(line), token, System::setOut, System::setErr);
  }

  /** With PLAIN only stderr is free, and there may be no such path. */
  private static OutputStream open(StartLine line) {
    if (line != StartLine.PLAIN) {
      try {
        return new FileOutputStream("/dev/fd/2");
      } catch (IOException e) {
        // then with what a task can close
      }
    }
    return new FileOutputStream(FileDescriptor.err);
  }

  private static PrintStream print(Entrance entrance) {
    return new PrintStream(entrance, false, StandardCharsets.UTF_8);
  }

  /** From now on what a task does to the descriptors 0, 1 and 2 ends with it. */
  void keepDescriptors() {
    kept = StandardStreams.keep().orElse(null);
  }

  /** What is printed from now on belongs to this delivery. */
  void begin(long number) {
    StandardStreams streams = kept;
    if (streams != null) {
      streams.restore();
    }
    if (out.closed) {
      out = new Entrance(TaskStream.OUT);
      stdout.accept(print(out));
    }
    if (err.closed) {
      err = new Entrance(TaskStream.ERR);
      stderr.accept(print(err));
    }
    mark(number);
  }

  /** What is printed from now on belongs to no delivery. */
  void end() {
    mark(0);
  }

  private synchronized void mark(long number) {
    if (token == 0 || number == delivery) {
      return;
    }
    delivery = number;
    try {
      raw.write(buffer, 0, OutputMarker.put(buffer, 0, token, TaskStream.ERR, number));
    } catch (IOException e) {
      // the pool is gone, or a task has closed what was opened here: the text is lost, no more
    }
  }

  private synchronized void print(TaskStream stream, byte[] bytes, int from, int to)
      throws IOException {
    boolean marked = token != 0 && stream == TaskStream.OUT;
    int next = from;
    while (next < to) {
      int count = Math.min(to - next, MOST_TEXT);
      int end = marked ? OutputMarker.put(buffer, 0, token, TaskStream.OUT, delivery) : 0;
      System.arraycopy(bytes, next, buffer, end, count);
      end += count;
      end = marked ? OutputMarker.put(buffer, end, token, TaskStream.ERR, delivery) : end;
      raw.write(buffer, 0, end);
      next += count;
    }
  }

  /** Where one of the two streams comes in. */
  private final class Entrance extends OutputStream {
    private final TaskStream stream;
    private volatile boolean closed;

    Entrance(TaskStream stream) {
      this.stream = stream;
    }

    @Override
    public void write(int single) throws IOException {
      print(stream, new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      print(stream, bytes, offset, offset + length);
    }

    /** The pipe stays open: it is the next task's too. */
    @Override
    public void close() {
      closed = true;
    }
  }
}
