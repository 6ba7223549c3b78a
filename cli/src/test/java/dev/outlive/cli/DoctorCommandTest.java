package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in JVMs of its own. Budget: 10 s. */
class DoctorCommandTest {
  @TempDir Path directory;

  @Test
  void thisMachineHasWhatIsNeeded() throws Exception {
    try (Cli cli = Cli.start(directory, "", "doctor")) {
      assertThat(cli.status()).as(cli.err()).isZero();
      assertThat(cli.err()).isEmpty();
      assertThat(cli.out())
          .hasSizeGreaterThan(3)
          .allSatisfy(line -> assertThat(line.split("\t")).hasSize(4))
          .anyMatch(line -> line.startsWith("ok\tJDK\t" + Runtime.version().feature()));
    }
  }

  @Test
  void jsonHasAnObjectOnEachLine() throws Exception {
    try (Cli cli = Cli.start(directory, "", "doctor", "--json")) {
      assertThat(cli.status()).as(cli.err()).isZero();
      assertThat(cli.out())
          .allSatisfy(line -> assertThat(line).matches("\\{\"check\":\".*\"cure\":\".*\"}"));
    }
  }

  @Test
  void withoutATemporaryDirectoryItIs1() throws Exception {
    try (Cli cli =
        Cli.start(directory, List.of("-Djava.io.tmpdir=" + directory.resolve("no")), "doctor")) {
      assertThat(cli.status()).as(cli.err()).isEqualTo(1);
      assertThat(cli.out())
          .anyMatch(line -> line.startsWith("MISSING\ttemporary files\t" + directory + "/no: "));
    }
  }

  @Test
  void nothingIsLeft() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    List<Path> groups = groups();
    try (Cli cli = Cli.start(directory, List.of("-Djava.io.tmpdir=" + temporary), "doctor")) {
      assertThat(cli.status()).as(cli.err()).isZero();
    }
    assertThat(temporary).isEmptyDirectory();
    assertThat(groups()).isEqualTo(groups);
  }

  private static List<Path> groups() throws IOException {
    Path root = Path.of("/sys/fs/cgroup");
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (var found = Files.find(root, 8, (path, its) -> its.isDirectory())) {
      return found.filter(path -> path.toString().contains("doctor-")).sorted().toList();
    }
  }

  @Test
  void whatItDoesNotKnowIsRefusedWith2() throws Exception {
    try (Cli cli = Cli.start(directory, "", "doctor", "--no-such")) {
      assertThat(cli.status()).isEqualTo(2);
      assertThat(cli.err()).startsWith("outlive: ").contains("--no-such");
    }
  }
}
