package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.os.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In a directory for temporary files of the test's own. */
final class RunDirectoryTest {
  @TempDir Path temporary;
  private String before = "";

  @BeforeEach
  void moveTemporaryFiles() {
    before = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", temporary.toString());
  }

  @AfterEach
  void moveThemBack() {
    System.setProperty("java.io.tmpdir", before);
  }

  private static ProcessIdentity self() {
    return ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void a_run_directory_is_its_owner_s_alone_and_names_its_owner() throws IOException {
    RunDirectory directory = RunDirectory.create();
    RunDirectory second = RunDirectory.create();
    assertThat(directory.path()).hasParentRaw(RunDirectory.root());
    assertThat(directory.path().getFileName().toString()).startsWith(self().token() + "-");
    assertThat(second.path()).isNotEqualTo(directory.path());
    Path worker = directory.createForWorker(7);
    assertThat(worker).isEqualTo(directory.path().resolve("worker-7"));
    for (Path file :
        List.of(RunDirectory.root(), directory.path(), worker, worker.resolve("tmp"))) {
      assertThat(permissions(file)).as("%s", file).isEqualTo("rwx------");
    }
    directory.delete();
    assertThat(directory.path()).doesNotExist();
    assertThat(second.path()).exists();
  }

  @Test
  void the_next_pool_sweeps_what_dead_owners_left_and_nothing_else() throws Exception {
    Path root = RunDirectory.create().path().getParent();
    Process child = new ProcessBuilder("sleep", "600").start();
    ProcessIdentity living = ProcessIdentity.of(child.pid()).orElseThrow();
    Path deadOwner = tree(root.resolve("4194303-1-1"));
    Path reusedNumber = tree(root.resolve(self().pid() + "-" + (self().startTicks() + 1) + "-1"));
    Path livingOwner = tree(root.resolve(living.token() + "-3"));
    Path own = tree(root.resolve(self().token() + "-99"));
    Path strange = tree(root.resolve("not-a-pool"));
    Path crashes = tree(root.resolve("crashes"));
    try {
      RunDirectory.create();
      assertThat(deadOwner).doesNotExist();
      assertThat(reusedNumber).doesNotExist();
      for (Path kept : List.of(livingOwner, own, strange, crashes)) {
        assertThat(kept.resolve("worker-1/page")).as("%s", kept).exists();
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
    RunDirectory.create();
    assertThat(livingOwner).doesNotExist();
  }

  private static Path tree(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("worker-1/tmp/deep"));
    Files.writeString(directory.resolve("worker-1/page"), "x");
    Files.writeString(directory.resolve("worker-1/tmp/deep/file"), "x");
    return directory;
  }

  @Test
  void a_sweep_follows_no_link() throws IOException {
    Path root = RunDirectory.create().path().getParent();
    Path precious = tree(temporary.resolve("precious"));
    Path dead = tree(root.resolve("4194303-1-1"));
    Files.createSymbolicLink(dead.resolve("link"), precious);
    Files.createSymbolicLink(root.resolve("4194303-1-2"), precious);
    RunDirectory.create();
    assertThat(dead).doesNotExist();
    assertThat(precious.resolve("worker-1/tmp/deep/file")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwx----w-", "rwx-w----", "rwxrwxrwx"})
  void a_directory_that_others_can_write_is_refused(String permissions) throws IOException {
    Path root = Files.createDirectory(RunDirectory.root());
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString(permissions));
    assertThatThrownBy(RunDirectory::create)
        .isInstanceOf(IOException.class)
        .hasMessage(root + " can be written by others. Remove it, or set java.io.tmpdir");
    assertThat(names(root)).isEmpty();
  }

  @Test
  void what_is_no_directory_is_refused() throws IOException {
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.createSymbolicLink(RunDirectory.root(), elsewhere);
    assertThatThrownBy(RunDirectory::create)
        .isInstanceOf(IOException.class)
        .hasMessage(RunDirectory.root() + " is not a directory. Remove it, or set java.io.tmpdir");
    assertThat(names(elsewhere)).isEmpty();
  }

  @Test
  void the_newest_twenty_crash_reports_are_kept() throws IOException {
    RunDirectory directory = RunDirectory.create();
    Path worker = directory.createForWorker(1);
    for (int i = 1; i <= 25; i++) {
      Path report = Files.writeString(worker.resolve("hs_err_pid" + i + ".log"), "report " + i);
      Files.setLastModifiedTime(report, FileTime.fromMillis(1_000L * i));
      Path kept = directory.keep(report);
      assertThat(kept)
          .hasContent("report " + i)
          .hasParentRaw(RunDirectory.root().resolve("crashes"));
      assertThat(report).doesNotExist();
    }
    directory.delete();
    List<String> kept = names(RunDirectory.root().resolve("crashes"));
    assertThat(kept).hasSize(20).contains("hs_err_pid6.log", "hs_err_pid25.log");
    assertThat(kept).doesNotContain("hs_err_pid5.log");
  }

  @Test
  void a_crash_report_of_a_number_that_came_again_replaces_the_old_one() throws IOException {
    RunDirectory directory = RunDirectory.create();
    Path worker = directory.createForWorker(1);
    Path first = directory.keep(Files.writeString(worker.resolve("hs_err_pid1.log"), "first"));
    Path second = directory.keep(Files.writeString(worker.resolve("hs_err_pid1.log"), "second"));
    assertThat(second).isEqualTo(first).hasContent("second");
  }

  @Test
  void a_crash_report_that_is_not_there_keeps_its_path() throws IOException {
    RunDirectory directory = RunDirectory.create();
    Path missing = directory.path().resolve("hs_err_pid1.log");
    assertThat(directory.keep(missing)).isEqualTo(missing);
  }
}
