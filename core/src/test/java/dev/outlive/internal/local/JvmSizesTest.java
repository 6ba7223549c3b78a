package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JvmSizesTest {
  private static JvmSizes of(String options) {
    return JvmSizes.of(List.of(options.split(" ", -1)));
  }

  @ParameterizedTest
  @CsvSource({
    "-Xmx64m,                          67108864",
    "-Xmx64M,                          67108864",
    "-Xmx65536k,                       67108864",
    "-Xmx1g,                           1073741824",
    "-Xmx67108864,                     67108864",
    "-XX:MaxHeapSize=64m,              67108864",
    "-Xmx1g -XX:MaxHeapSize=64m,       67108864",
    "-XX:MaxHeapSize=64m -Xmx1g,       1073741824",
    "-Xms64m,                          -1",
    "-Xmx,                             -1",
    "-Xmx64q,                          -1",
    "-Xmx64mm,                         -1",
    "-Xmx0,                            -1",
    "-Xmx999999999999999999t,          -1",
    "-Xmx64m -Xmxfoo,                  67108864",
  })
  void the_heap(String options, long bytes) {
    assertThat(of(options).heap().orElse(-1)).isEqualTo(bytes);
  }

  @Test
  void the_others() {
    JvmSizes sizes =
        of(
            "-Xms8m -XX:MaxMetaspaceSize=40m -XX:MaxDirectMemorySize=16m"
                + " -XX:ReservedCodeCacheSize=32m -Xss512k -XX:MaxRAMPercentage=12.5");
    assertThat(sizes.initialHeap()).hasValue(8 << 20);
    assertThat(sizes.metaspace()).hasValue(40 << 20);
    assertThat(sizes.direct()).hasValue(16 << 20);
    assertThat(sizes.codeCache()).hasValue(32 << 20);
    assertThat(sizes.stack()).hasValue(512 << 10);
    assertThat(sizes.heapPercent()).hasValue(12.5);
    assertThat(sizes.heap()).isEmpty();
    assertThat(sizes.setsAny()).isTrue();
    assertThat(of("-XX:ThreadStackSize=2048").stack()).as("in KiB").hasValue(2 << 20);
    assertThat(of("-XX:MaxRAMPercentage=half").heapPercent()).isEmpty();
    assertThat(of("-Dsize=-Xmx64m -ea").setsAny()).isFalse();
  }

  @Test
  void the_collector() {
    assertThat(of("-ea").serial()).isTrue();
    assertThat(of("-XX:+UseSerialGC").serial()).isTrue();
    assertThat(of("-XX:+UseZGC").serial()).isFalse();
    assertThat(of("-XX:+UseG1GC").serial()).isFalse();
  }
}
