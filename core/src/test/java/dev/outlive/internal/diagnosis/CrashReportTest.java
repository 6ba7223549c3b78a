package dev.outlive.internal.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CrashReportTest {
  @TempDir Path directory;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = CrashReportTest.class.getResourceAsStream("/hs_err/" + name)) {
      assertThat(in).isNotNull();
      return in.readAllBytes();
    }
  }

  private CrashReport read(byte[] text) throws IOException {
    Path file = Files.write(directory.resolve("hs_err_pid4711.log"), text);
    return CrashReport.read(file).orElseThrow();
  }

  @Test
  void signal_frame_and_thread_are_read() throws IOException {
    CrashReport report = read(resource("segv.log"));
    assertThat(report.signal()).isEqualTo("SIGSEGV");
    assertThat(report.frame()).isEqualTo("C  [liblz4-java.so+0x1b2c]  LZ4_decompress_fast+0x1c");
    assertThat(report.thread()).isEqualTo("outlive-task 12 parse \"inbox\"");
    assertThat(report.caller()).isNull();
    assertThat(report.file()).isEqualTo(directory.resolve("hs_err_pid4711.log"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "j  a.B.c(Ljava/lang/String;)I+0",
        "J 123 c2 a.B.c(Ljava/lang/String;)I (15 bytes) @ 0x00007f18 [0x00007f16+0x02]",
        "J 45% c1 a.B.c(I)V m@1.0 (15 bytes) @ 0x00007f18 [0x00007f16+0x02]",
        "J 7  a.B.c(J)V (0 bytes) @ 0x00007f18 [0x00007f16+0x02]"
      })
  void the_topmost_java_method_that_is_not_of_the_jdk_is_the_caller(String frame)
      throws IOException {
    String frames =
        """
        Java frames: (J=compiled Java code, j=interpreted, Vv=VM code)
        v  ~RuntimeStub::nep_invoker_blob 0x00007f184fa929e4
        j  jdk.internal.foreign.abi.DowncallStub+0x1.invoke(Ljava/lang/Object;JJ)V+10 java.base@25
        %s
        j  d.E.f()V+2
        """;
    CrashReport report = read(frames.formatted(frame).getBytes(StandardCharsets.UTF_8));
    assertThat(report.caller()).isEqualTo("a.B.c");
  }

  @Test
  void an_error_of_the_jvm_itself_has_no_signal_and_no_frame() throws IOException {
    CrashReport report = read(resource("internal.log"));
    assertThat(report.signal()).isNull();
    assertThat(report.frame()).isNull();
    assertThat(report.thread()).isEqualTo("VM Thread");
  }

  @Test
  void where_there_is_no_file_there_is_no_report() {
    assertThat(CrashReport.read(directory.resolve("none"))).isEmpty();
    assertThat(CrashReport.read(directory)).isEmpty();
  }

  /** The JVM may be killed while it writes. */
  @Test
  void a_report_that_ends_at_any_byte_says_what_it_has() throws IOException {
    byte[] whole = resource("segv.log");
    for (int length = 0; length <= whole.length; length++) {
      CrashReport report = read(Arrays.copyOf(whole, length));
      assertThat(report.signal()).isIn(null, "SIGSEGV");
      Optional.ofNullable(report.frame())
          .ifPresent(
              frame ->
                  assertThat("C  [liblz4-java.so+0x1b2c]  LZ4_decompress_fast+0x1c")
                      .startsWith(frame));
    }
  }

  @Test
  void a_frame_line_that_is_missing_is_not_made_up() throws IOException {
    CrashReport report =
        read("# Problematic frame:\n\nStack: x\n".getBytes(StandardCharsets.UTF_8));
    assertThat(report.frame()).isNull();
  }

  @Test
  void noise_and_endless_files_are_survived() throws IOException {
    byte[] noise = new byte[200_000];
    new SplittableRandom(4711).nextBytes(noise);
    assertThat(read(noise).signal()).isNull();
    byte[] oneLine = new byte[200_000];
    Arrays.fill(oneLine, (byte) '#');
    assertThat(read(oneLine).frame()).isNull();
    String late = "#\n".repeat(500) + "#  SIGSEGV (0xb) at pc=0x0";
    assertThat(read(late.getBytes(StandardCharsets.UTF_8)).signal()).isNull();
  }
}
