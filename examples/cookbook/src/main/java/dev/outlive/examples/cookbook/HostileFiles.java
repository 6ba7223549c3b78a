package dev.outlive.examples.cookbook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outlive.ProcessPool;
import dev.outlive.monitor.KilledTask;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.task.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Reads tables, of which one is larger than it looks and one keeps a pattern busy for ever. */
public final class HostileFiles {
  public static void main(String[] args) throws Exception {
    byte[] sheet = gzip("0,".repeat(20) + "total", 1);
    byte[] bomb = gzip("0,".repeat(1 << 20), 100);
    byte[] riddle = gzip("0,".repeat(60), 1);
    try (ProcessPool pool =
        ProcessPool.builder()
            .maxHeap(Bytes.ofMebibytes(64))
            .timeout(Duration.ofSeconds(10)) // for each file
            .onCrash(FailurePolicy.SKIP) // null in its place
            .onTimeout(FailurePolicy.SKIP)
            .build()) {
      System.out.println(pool.map(HostileFiles::hasTotal, List.of(sheet, bomb, riddle, sheet)));
      pool.killedTasks().stream()
          .sorted(Comparator.comparingInt(KilledTask::index))
          .map(lost -> "file " + lost.index() + ": " + lost.diagnosis().summary())
          .forEach(System.out::println);
    }
  }

  static boolean hasTotal(byte[] gzip) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return new String(in.readAllBytes(), UTF_8).matches("(.*?,){20}total.*");
    }
  }

  static byte[] gzip(String text, int times) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < times; i++) {
        out.write(text.getBytes(UTF_8));
      }
    }
    return bytes.toByteArray();
  }
}
