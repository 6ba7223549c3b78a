package dev.outlive.bench.parts;

import dev.outlive.internal.protocol.FrameReader;
import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.spi.Frame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What an envelope costs: checksums, copies, calls; sixteen frames at a time, no pipe. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameBenchmark {
  private static final int FRAMES = 16;
  private static final int HEAD_BYTES = 24;

  /** How many bytes the encoded value of a frame has. */
  @Param({"64", "4096", "1048576"})
  public int payload;

  private List<Frame> frames = List.of();
  private byte[] written = {};

  /** Prepares frames and their bytes. */
  @Setup
  public void prepare() throws IOException {
    Frame frame =
        new Frame((byte) 1, ByteBuffer.allocate(HEAD_BYTES), ByteBuffer.allocate(payload));
    frames = Collections.nCopies(FRAMES, frame);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new FrameWriter(out).write(frames);
    written = out.toByteArray();
  }

  /** Frames to bytes. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public void write() throws IOException {
    new FrameWriter(OutputStream.nullOutputStream()).write(frames);
  }

  /** Bytes to frames. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long read() throws IOException {
    FrameReader reader = new FrameReader(new ByteArrayInputStream(written), Integer.MAX_VALUE);
    long bytes = 0;
    for (Frame frame = reader.read(); frame != null; frame = reader.read()) {
      bytes += frame.length();
    }
    return bytes;
  }
}
