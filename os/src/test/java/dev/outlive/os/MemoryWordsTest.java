package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** How the kernel's texts about memory are read, those of other machines too. */
class MemoryWordsTest {

  @Test
  void onlyMappingsOfSegmentsAreAddedUp() {
    String maps =
        """
        00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/outlive-segment/java
        7f0000000000-7f0000001000 rw-s 00000000 00:01 99  /dev/shm/outlive-segment-a
        7f0000001000-7f0000003000 rw-s 00001000 00:01 99                  /dev/shm/outlive-segment a (deleted)
        7f0000003000-7f0000007000 rw-s 00000000 00:01 98  /memfd:outlive-segment-b (deleted)
        7f0000007000-7f000000f000 rw-s 00000000 00:01 97  /dev/shm/an-outlive-segment
        7f0000010000-7f0000020000 rw-s 00000000 00:01 97  /memfd:java_heap (deleted)
        7f0000020000-7f0000040000 rw-p 00000000 00:00 0\s
        ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0   [vsyscall]
        """;
    assertThat(MappedSegments.parse(maps.getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(0x1000 + 0x2000 + 0x4000);
    assertThat(MappedSegments.parse(new byte[0])).isZero();
  }

  @Test
  void thePageSizeIsWhatTheKernelTellsTheProgram() {
    assertThat(PageSize.parse(vector(33, 0x7fff_0000_0000L, 6, 65_536, 0, 0), 8)).isEqualTo(65_536);
    assertThat(PageSize.parse(vector(6, 16_384), 8)).isEqualTo(16_384);
    assertThat(PageSize.parse(vector(17, 6, 6, 100, 0, 0), 8)).isEqualTo(4096);
    assertThat(PageSize.parse(ByteBuffer.allocate(3), 8)).isEqualTo(4096);
    ByteBuffer narrow = ByteBuffer.allocate(16).putInt(3).putInt(6).putInt(6).putInt(8192).flip();
    assertThat(PageSize.parse(narrow, 4)).isEqualTo(8192);
    long resident = ProcessStatus.read(ProcessHandle.current().pid()).orElseThrow().residentBytes();
    assertThat(resident % PageSize.BYTES).isZero();
  }

  private static ByteBuffer vector(long... words) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * words.length).order(ByteOrder.nativeOrder());
    for (long word : words) {
      buffer.putLong(word);
    }
    return buffer.flip();
  }

  @Test
  void whereTheKernelDoesNotTellThemApartAllCounts() {
    ProcessStatus old =
        ProcessStatus.parse("Name:\tjava\nState:\tS (sleeping)\nVmSize:\t 900 kB\nVmRSS:\t 64 kB\n")
            .orElseThrow();
    assertThat(old).isEqualTo(new ProcessStatus('S', 0, 900 << 10, 64 << 10, 64 << 10, 0, 0, 0));
    ProcessStatus usual =
        ProcessStatus.parse(
                "Name:\tx\nState:\tt (tracing stop)\nTracerPid:\t12\nVmHWM:\t 70 kB\nVmRSS:\t 64"
                    + " kB\nRssAnon:\t 40 kB\nRssFile:\t 20 kB\nRssShmem:\t 4 kB\nVmSize:\t x kB\n")
            .orElseThrow();
    assertThat(usual)
        .isEqualTo(new ProcessStatus('t', 12, 0, 64 << 10, 40 << 10, 20 << 10, 4 << 10, 70 << 10));
    assertThat(ProcessStatus.parse("Name:\tx\nState:\tZ (zombie)\n")).isEmpty();
  }

  @Test
  void segmentsAreTakenFromWhatIsSharedOnly() {
    assertThat(new MemoryUse(100, 50, 40, 30, 1).countedBytes()).isEqualTo(60);
    assertThat(new MemoryUse(100, 50, 40, 300, 1).countedBytes()).isEqualTo(50);
    assertThat(new MemoryUse(0, 0, 0, 0, 1).countedBytes()).isZero();
  }
}
