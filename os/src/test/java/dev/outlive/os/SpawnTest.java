package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SpawnTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void theJdkIsNotAskedToStartAProcessWithoutThePipesForIt() throws Exception {
    Process program =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n 100; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SpawnProgram.class.getName())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(said).isEqualTo("{refused=16, started=9}");
    assertThat(program.waitFor()).isZero();
  }
}
