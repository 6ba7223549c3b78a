package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.outlive.internal.protocol.OutputMarker;
import dev.outlive.spi.OutputObserver;
import dev.outlive.task.TaskStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutputReaderTest {
  private static final long TOKEN = 0x1234_5678_9ABC_DEFFL;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch printed = new CountDownLatch(1);
  private volatile long bytes;

  private final OutputObserver observer =
      new OutputObserver() {
        @Override
        public void printing(long delivery) {}

        @Override
        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread
        public void printed(TaskStream stream, byte[] text, int from, int to) {
          bytes += to - from;
          printed.countDown();
        }

        @Override
        public void ended() {
          ended.countDown();
        }
      };

  @ParameterizedTest
  @ValueSource(longs = {0, TOKEN})
  void a_flood_of_100_megabytes_costs_no_more_memory_than_its_end(long token) {
    long flood = 100L << 20;
    OutputReader reader = new OutputReader(token, observer);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    reader.readFrom(new Flood(flood));
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    assertThat(reader.tail().last(1 << 30)).hasSize(65_536).endsWith("the end");
    assertThat(bytes).isEqualTo(flood);
    assertThat(ended.getCount()).isZero();
  }

  @Test
  void what_came_before_the_pipe_broke_is_kept() {
    OutputReader reader = new OutputReader(TOKEN, observer);
    reader.readFrom(
        new InputStream() {
          private boolean broken;

          @Override
          public int read() {
            throw new AssertionError("reads arrays");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            if (broken) {
              throw new IOException("Stream closed");
            }
            broken = true;
            into[offset] = OutputMarker.START;
            return 1;
          }
        });
    assertThat(reader.tail().last(10)).isEqualTo("\u001e");
    assertThat(ended.getCount()).isZero();
  }

  @Test
  void the_tail_has_no_markers() {
    byte[] bytes = new byte[2 * OutputMarker.BYTES + 2];
    int at = OutputMarker.put(bytes, 0, TOKEN, TaskStream.OUT, 7);
    bytes[at] = 'h';
    at = OutputMarker.put(bytes, at + 1, TOKEN, TaskStream.ERR, 7);
    bytes[at] = 'i';
    OutputReader reader = new OutputReader(TOKEN, observer);
    reader.readFrom(new ByteArrayInputStream(bytes));
    assertThat(reader.tail().last(100)).isEqualTo("hi");
  }

  /** Little is read at a time, so that it waits between; what was written is read all the same. */
  @Test
  void what_trickles_arrives_without_a_further_push_and_the_end_after_a_hurry() throws Exception {
    OutputReader reader = new OutputReader(TOKEN, observer);
    PipedOutputStream out = new PipedOutputStream();
    PipedInputStream in = new PipedInputStream(out, 1 << 16);
    Thread thread = Thread.ofPlatform().daemon().start(() -> reader.readFrom(in));
    out.write("a line\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
    assertThat(printed.await(60, TimeUnit.SECONDS)).isTrue();
    reader.hurry();
    out.close();
    assertThat(thread.join(java.time.Duration.ofSeconds(60))).isTrue();
    assertThat(reader.tail().last(10)).isEqualTo("a line\n");
  }

  /** Dots without end, and then the end. */
  private static final class Flood extends InputStream {
    private static final byte[] END = "the end".getBytes(StandardCharsets.US_ASCII);
    private long left;

    Flood(long length) {
      this.left = length;
    }

    @Override
    public int read() {
      throw new AssertionError("reads arrays");
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (left == 0) {
        return -1;
      }
      int count = (int) Math.min(left, length);
      for (int i = 0; i < count; i++) {
        long before = left--;
        into[offset + i] = before > END.length ? (byte) '.' : END[END.length - (int) before];
      }
      return count;
    }
  }
}
