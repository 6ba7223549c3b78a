package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathTest {
  @TempDir Path directory;

  @Test
  void aStarStandsForTheJarsOfADirectory() throws IOException {
    Path b = Files.createFile(directory.resolve("b.jar"));
    Path a = Files.createFile(directory.resolve("a.JAR"));
    Files.createFile(directory.resolve("readme.txt"));
    assertThat(ClassPath.parse(directory + "/*" + File.pathSeparator + directory).entries())
        .containsExactly(a, b, directory);
  }

  @Test
  void anEntryThatDoesNotExistIsRefused() {
    assertThatThrownBy(() -> ClassPath.parse(directory + "/no.jar"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no.jar, which cannot be read");
    assertThatThrownBy(() -> ClassPath.parse(directory + "/no/*"))
        .isInstanceOf(UsageException.class);
  }
}
