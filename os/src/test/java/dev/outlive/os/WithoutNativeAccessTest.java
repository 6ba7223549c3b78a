package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WithoutNativeAccessTest {
  @AutoClose private final Processes processes = new Processes();

  @Test
  void allOfItWorksInThePortableWayAndPrintsNothing(@TempDir Path directory) throws Exception {
    Process program =
        new ProcessBuilder(Processes.java(false, WithoutNativeAccess.class, directory.toString()))
            .start();
    processes.track(program);
    assertThat(program.errorReader().readLine()).isNull();
    assertThat(program.inputReader().readLine()).isEqualTo("all done");
    assertThat(program.waitFor()).isZero();
    assertThat(directory).exists();
  }
}
