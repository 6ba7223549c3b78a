package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.task.TaskStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class OutputMarkerTest {
  private static final long TOKEN = 0x0102030405060708L;

  @Test
  void it_looks_as_it_always_did() {
    byte[] bytes = new byte[OutputMarker.BYTES];
    OutputMarker.put(bytes, 0, TOKEN, TaskStream.OUT, 0x0A0B0CL);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("1e01020304050607086f000000000a0b0c");
  }

  @ParameterizedTest
  @EnumSource
  void what_is_put_is_found(TaskStream stream) {
    byte[] bytes = new byte[OutputMarker.BYTES + 6];
    for (long delivery : new long[] {0, 1, 255, 256, (1L << 44) - 1}) {
      int end = OutputMarker.put(bytes, 3, TOKEN, stream, delivery);
      assertThat(end).isEqualTo(3 + OutputMarker.BYTES);
      assertThat(OutputMarker.mayBegin(bytes, 3, end, TOKEN)).isTrue();
      assertThat(OutputMarker.mayBegin(bytes, 3, 5, TOKEN)).isTrue();
      assertThat(OutputMarker.mayBegin(bytes, 3, end, TOKEN + 1)).isFalse();
      assertThat(OutputMarker.stream(bytes, 3)).isEqualTo(stream);
      assertThat(OutputMarker.delivery(bytes, 3)).isEqualTo(delivery);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "8", "9"})
  void a_wrong_byte_makes_it_text(int place) {
    byte[] bytes = new byte[OutputMarker.BYTES];
    OutputMarker.put(bytes, 0, TOKEN, TaskStream.ERR, 1);
    bytes[place] ^= 0x10;
    assertThat(OutputMarker.mayBegin(bytes, 0, bytes.length, TOKEN)).isFalse();
  }
}
