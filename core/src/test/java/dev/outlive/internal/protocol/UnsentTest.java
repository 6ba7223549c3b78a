package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.spi.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class UnsentTest {
  private final MemorySegment place = Arena.ofAuto().allocate(1 << 12, 8);
  private final Unsent unsent = new Unsent(place);

  @Test
  void a_writer_that_is_killed_at_any_byte_has_lost_nothing_that_it_took() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    for (int end = 0; end < 3_000; end += 1 + random.nextInt(20)) {
      Arrays.fill(place.toArray(ValueLayout.JAVA_BYTE), (byte) 0);
      Unsent fresh = new Unsent(place);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      MortalLink link = new MortalLink(end);
      FrameWriter writer = new FrameWriter(link);
      writer.write(List.of(frame(random, 10)));
      all.write(link.bytes.toByteArray());
      writer.keepIn(fresh);
      int whole = 0;
      try {
        for (int i = 0; i < 60; i++) {
          Frame frame = frame(random, random.nextInt(100));
          writer.add(frame);
          whole = written(all, frame);
          if (random.nextInt(6) == 0) {
            writer.flush();
          }
        }
      } catch (KilledException killed) {
        // as SIGKILL would
      }
      byte[] rest = fresh.after(link.bytes.size());
      link.bytes.write(rest);
      byte[] seen = link.bytes.toByteArray();
      assertThat(seen.length).isGreaterThanOrEqualTo(whole);
      assertThat(Arrays.copyOf(seen, whole)).isEqualTo(Arrays.copyOf(all.toByteArray(), whole));
    }
  }

  @Test
  void the_count_of_what_was_written_may_pass_four_gibibytes() {
    unsent.written((1L << 32) - 2);
    unsent.keep(new byte[] {1, 2, 3, 4, 5}, 5);
    assertThat(unsent.after((1L << 32) - 2)).containsExactly(1, 2, 3, 4, 5);
    assertThat(unsent.after((1L << 32) + 1)).containsExactly(4, 5);
    assertThat(unsent.after((1L << 32) + 3)).isEmpty();
  }

  @Test
  void what_a_page_says_is_believed_only_if_it_can_be() {
    for (long word : new long[] {-1, 1L << 31, 5000, 10L << 32 | 20, 90L << 32 | 20}) {
      place.set(ValueLayout.JAVA_LONG, 0, word);
      assertThat(unsent.after(50)).as("%x", word).isEmpty();
    }
  }

  private static int written(ByteArrayOutputStream all, Frame frame) throws IOException {
    new FrameWriter(all).write(List.of(frame));
    return all.size();
  }

  private static Frame frame(SplittableRandom random, int size) {
    byte[] payload = new byte[size];
    random.nextBytes(payload);
    return new Frame((byte) 2, ByteBuffer.allocate(8), ByteBuffer.wrap(payload));
  }

  private static final class KilledException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Takes so many bytes; with the next it ends. */
  private static final class MortalLink extends OutputStream {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int end;

    MortalLink(int end) {
      this.end = end;
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      int first = bytes.size();
      int taken = first == 0 ? length : Math.clamp(end - first, 0, length);
      bytes.write(from, offset, taken);
      if (taken < length) {
        throw new KilledException();
      }
    }
  }
}
