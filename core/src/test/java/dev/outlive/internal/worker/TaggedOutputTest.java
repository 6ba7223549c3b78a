package dev.outlive.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.OutputMarker;
import dev.outlive.task.TaskStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TaggedOutputTest {
  private static final long TOKEN = 0x2122232425262728L;

  /** Each write as one string, its markers as {@code <e7>}. */
  private final List<String> writes = new ArrayList<>();

  private final List<PrintStream> stdout = new ArrayList<>();
  private final List<PrintStream> stderr = new ArrayList<>();
  private boolean broken;

  private final OutputStream pipe =
      new OutputStream() {
        @Override
        public void write(int single) {
          throw new AssertionError("writes arrays");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          if (broken) {
            throw new IOException("Bad file descriptor");
          }
          assertThat(length).as("PIPE_BUF").isLessThanOrEqualTo(4096);
          writes.add(readable(bytes, offset, offset + length));
        }

        @Override
        public void close() {
          throw new AssertionError("the pipe is closed by nobody");
        }
      };

  private TaggedOutput output = tagged(TOKEN);

  private TaggedOutput tagged(long token) {
    return new TaggedOutput(pipe, token, stdout::add, stderr::add);
  }

  private static String readable(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder();
    int at = from;
    while (at < to) {
      boolean marker = at + OutputMarker.BYTES <= to && OutputMarker.mayBegin(bytes, at, to, TOKEN);
      if (marker) {
        text.append(OutputMarker.stream(bytes, at) == TaskStream.OUT ? "<o" : "<e");
        text.append(OutputMarker.delivery(bytes, at)).append('>');
        at += OutputMarker.BYTES;
      } else {
        text.append((char) bytes[at++]);
      }
    }
    return text.toString();
  }

  @BeforeEach
  void streams() {
    assertThat(stdout).hasSize(1);
    assertThat(stderr).hasSize(1);
  }

  @Test
  void a_delivery_is_marked_where_it_begins_and_where_none_follows() {
    output.end();
    output.begin(7);
    output.begin(8);
    output.end();
    output.end();
    assertThat(writes).containsExactly("<e7>", "<e8>", "<e0>");
  }

  @Test
  void what_goes_to_stdout_is_framed_and_each_print_is_one_write_at_once() {
    output.begin(7);
    stdout.getFirst().println("out");
    stdout.getFirst().print("part");
    stderr.getFirst().println("err");
    stdout.getFirst().write('x');
    stdout.getFirst().flush();
    assertThat(writes)
        .containsExactly("<e7>", "<o7>out\n<e7>", "<o7>part<e7>", "err\n", "<o7>x<e7>");
  }

  @Test
  void text_is_utf_8() {
    stderr.getFirst().print("ä€");
    byte[] bytes = "ä€".getBytes(StandardCharsets.UTF_8);
    assertThat(writes).containsExactly(readable(bytes, 0, bytes.length));
    assertThat(stdout.getFirst().charset()).isEqualTo(StandardCharsets.UTF_8);
  }

  @Test
  void no_write_is_longer_than_what_the_kernel_writes_in_one_piece() {
    String text = "0123456789".repeat(2_000);
    output.begin(7);
    stdout.getFirst().print(text);
    stderr.getFirst().print(text);
    String all = String.join("", writes);
    assertThat(all).startsWith("<e7><o7>0123").endsWith("0123456789");
    assertThat(all.replaceAll("<..>", "")).isEqualTo(text + text);
    assertThat(writes.get(1)).startsWith("<o7>").endsWith("<e7>");
  }

  @Test
  void without_a_token_there_are_no_markers() {
    TaggedOutput plain = tagged(0);
    plain.begin(7);
    stdout.getLast().print("out");
    stderr.getLast().print("err");
    plain.end();
    assertThat(writes).containsExactly("out", "err");
  }

  @Test
  void a_stream_that_a_task_has_closed_is_there_again_for_the_next_one() {
    output.begin(7);
    stdout.getFirst().close();
    stdout.getFirst().println("lost");
    assertThat(stdout).hasSize(1);
    output.begin(8);
    assertThat(stdout).hasSize(2);
    assertThat(stderr).hasSize(1);
    stdout.getLast().print("back");
    stderr.getFirst().close();
    output.begin(9);
    assertThat(stderr).hasSize(2);
    stderr.getLast().print("too");
    output.begin(10);
    assertThat(stdout).hasSize(2);
    assertThat(stderr).hasSize(2);
    assertThat(writes).containsExactly("<e7>", "<e8>", "<o8>back<e8>", "<e9>", "too", "<e10>");
  }

  @Test
  void a_pipe_that_is_gone_keeps_no_task_from_running() {
    broken = true;
    output.begin(7);
    stdout.getFirst().println("lost");
    output.end();
    assertThat(stdout.getFirst().checkError()).isTrue();
    broken = false;
    output.begin(8);
    assertThat(writes).containsExactly("<e8>");
  }
}
