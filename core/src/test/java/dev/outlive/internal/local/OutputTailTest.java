package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class OutputTailTest {
  private static OutputTail of(String text) {
    OutputTail tail = new OutputTail();
    tail.readFrom(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
    return tail;
  }

  @Test
  void what_is_short_is_kept_whole() {
    assertThat(of("").last(8192)).isEmpty();
    assertThat(of("one\ntwo\n").last(8192)).isEqualTo("one\ntwo\n");
    assertThat(of("one\ntwo\n").last(4)).isEqualTo("two\n");
    assertThat(of("one").last(0)).isEmpty();
  }

  @Test
  void of_what_is_long_the_end_is_kept() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      text.append("line ").append(i).append('\n');
    }
    String all = text.toString();
    assertThat(of(all).last(Integer.MAX_VALUE)).isEqualTo(all.substring(all.length() - 65_536));
    assertThat(of(all).last(11)).isEqualTo("line 49999\n");
  }

  @Test
  void a_flood_of_100_megabytes_costs_no_more_memory_than_its_end() {
    long flood = 100L << 20;
    OutputTail tail = new OutputTail();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    tail.readFrom(new Flood(flood));
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    assertThat(tail.last(1 << 30)).hasSize(65_536).endsWith("the end");
  }

  @Test
  void what_came_before_the_pipe_broke_is_kept() {
    OutputTail tail = new OutputTail();
    tail.readFrom(
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
            into[offset] = 'x';
            return 1;
          }
        });
    assertThat(tail.last(10)).isEqualTo("x");
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
