package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.OutputMarker;
import dev.outlive.spi.OutputObserver;
import dev.outlive.task.TaskStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OutputSplitterTest {
  private static final long TOKEN = 0x1E1E_0A65_6F1E_0001L; // full of what looks like a marker
  private static final long FAR = (1L << 44) - 1;

  /** What came out, with neighbours of one kind joined: where the bytes were cut must not show. */
  private static final class Heard implements OutputObserver {
    private final StringBuilder story = new StringBuilder();
    private String last = "";

    @Override
    public void printing(long delivery) {
      story.append("|d").append(delivery);
      last = "";
    }

    @Override
    public void printed(TaskStream stream, byte[] bytes, int from, int to) {
      String kind = "|" + stream + ":";
      if (!last.equals(kind)) {
        story.append(kind);
        last = kind;
      }
      story.append(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void ended() {
      story.append("|end");
    }
  }

  private static byte[] marker(long token, TaskStream stream, long delivery) {
    byte[] bytes = new byte[OutputMarker.BYTES];
    assertThat(OutputMarker.put(bytes, 0, token, stream, delivery)).isEqualTo(bytes.length);
    return bytes;
  }

  private static byte[] marker(TaskStream stream, long delivery) {
    return marker(TOKEN, stream, delivery);
  }

  private static byte[] bytes(Object... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Object part : parts) {
      byte[] bytes =
          part instanceof byte[] raw ? raw : part.toString().getBytes(StandardCharsets.ISO_8859_1);
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  private static String split(long token, List<byte[]> chunks) {
    Heard heard = new Heard();
    OutputTail tail = new OutputTail();
    OutputSplitter splitter = new OutputSplitter(token, tail, heard);
    for (byte[] chunk : chunks) {
      splitter.add(chunk, 0, chunk.length);
    }
    splitter.end();
    return heard.story.toString();
  }

  private static List<byte[]> cut(byte[] bytes, int... places) {
    List<byte[]> chunks = new ArrayList<>();
    int from = 0;
    for (int place : places) {
      chunks.add(Arrays.copyOfRange(bytes, from, place));
      from = place;
    }
    chunks.add(Arrays.copyOfRange(bytes, from, bytes.length));
    return chunks;
  }

  private static byte[] story() {
    byte[] broken = marker(TaskStream.OUT, 9);
    return bytes(
        "boot\n",
        marker(TaskStream.ERR, 7),
        "native\u001e",
        marker(TaskStream.OUT, 7),
        "out\n",
        marker(TaskStream.ERR, 7),
        Arrays.copyOf(broken, broken.length - 9),
        "\u001e\u001e",
        marker(~TOKEN, TaskStream.OUT, 5),
        marker(TaskStream.ERR, FAR),
        marker(TaskStream.ERR, 0),
        "idle",
        marker(TaskStream.OUT, 8),
        "cut off",
        Arrays.copyOf(broken, 5));
  }

  private static String told() {
    String almost = new String(story(), StandardCharsets.ISO_8859_1);
    String forged =
        almost.substring(
            almost.indexOf("out\n") + 4 + OutputMarker.BYTES,
            almost.indexOf("idle") - 2 * OutputMarker.BYTES);
    return "|ERR:boot\n|d7|ERR:native\u001e|OUT:out\n|ERR:"
        + forged
        + "|d"
        + FAR
        + "|d0|ERR:idle|d8|OUT:cut off"
        + almost.substring(almost.length() - 5)
        + "|end";
  }

  @Test
  void markers_are_taken_out_wherever_the_bytes_are_cut_once_or_twice() {
    byte[] all = story();
    assertThat(split(TOKEN, List.of(all))).isEqualTo(told());
    for (int first = 0; first <= all.length; first++) {
      for (int second = first; second <= all.length; second++) {
        assertThat(split(TOKEN, cut(all, first, second)))
            .as("cut at %d and %d", first, second)
            .isEqualTo(told());
      }
    }
  }

  @Test
  void markers_are_taken_out_of_single_bytes() {
    byte[] all = story();
    assertThat(split(TOKEN, cut(all, java.util.stream.IntStream.range(0, all.length).toArray())))
        .isEqualTo(told());
  }

  /** A broken marker harms attribution and never the text around it. */
  @Test
  void whatever_the_bytes_are_none_is_lost_but_those_of_markers() {
    Random random = new Random(42);
    byte[] alphabet = bytes(marker(TaskStream.OUT, 1), "\n");
    for (int round = 0; round < 2_000; round++) {
      byte[] text = new byte[random.nextInt(60)];
      for (int i = 0; i < text.length; i++) {
        text[i] = alphabet[random.nextInt(alphabet.length)];
      }
      byte[] all = bytes(text, marker(TaskStream.ERR, 3), text);
      int place = random.nextInt(all.length + 1);
      String whole = split(TOKEN, List.of(all));
      assertThat(split(TOKEN, cut(all, place))).isEqualTo(whole);
      assertThat(whole).contains("|d3").endsWith("|end");
    }
  }

  @Test
  void without_a_token_all_is_text() {
    byte[] all = bytes("a", marker(0, TaskStream.OUT, 7), "b");
    assertThat(split(0, List.of(all)))
        .isEqualTo("|ERR:" + new String(all, StandardCharsets.ISO_8859_1) + "|end");
  }
}
