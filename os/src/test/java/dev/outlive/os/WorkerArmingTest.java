package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class WorkerArmingTest {
  private static final int O_CLOEXEC = 02000000;

  @AutoClose private final Processes processes = new Processes();

  private Process worker(boolean nativeAccess, long parentPid) throws IOException {
    List<String> command =
        Processes.java(nativeAccess, ArmedWorker.class, "worker", Long.toString(parentPid));
    Process worker = new ProcessBuilder(StartLine.SESSION.wrap(command)).start();
    processes.track(worker);
    return worker;
  }

  private static boolean closeOnExec(long pid, int descriptor) throws IOException {
    String flags = Files.readAllLines(Path.of("/proc/" + pid + "/fdinfo/" + descriptor)).get(1);
    return (Long.parseLong(flags.substring("flags:".length()).strip(), 8) & O_CLOEXEC) != 0;
  }

  @Test
  void anArmedWorkerDiesWithItsParentThoughTheArmingThreadEnded() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(Processes.java(true, ArmedWorker.class, "parent"));
    Process parent = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.track(parent);
    ProcessIdentity worker = processes.trackLine(parent.inputReader()).getFirst();
    assertThat(worker.isAlive()).isTrue();
    parent.destroyForcibly();
    Await.gone(worker);
  }

  @Test
  void aWorkerWhoseParentIsAnotherOneAlreadyHalts() throws Exception {
    Process worker = worker(true, 1);
    assertThat(worker.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(worker.exitValue()).isEqualTo(1);
    assertThat(worker.inputReader().readLine()).isNull();
  }

  @Test
  void theLinkIsClosedOnExec() throws IOException {
    Process worker = worker(true, ProcessHandle.current().pid());
    ProcessIdentity ready = processes.trackLine(worker.inputReader()).getFirst();
    assertThat(closeOnExec(ready.pid(), 3)).isTrue();
    assertThat(closeOnExec(ready.pid(), 4)).isTrue();
    List<Integer> link = copies(ready.pid(), 3);
    assertThat(link).as("the end that the worker opened anew is one too").hasSize(2);
    for (int descriptor : link) {
      assertThat(closeOnExec(ready.pid(), descriptor)).isTrue();
    }
  }

  /** The descriptors of a process that are the same pipe as one of them. */
  private static List<Integer> copies(long pid, int descriptor) throws IOException {
    Path folder = Path.of("/proc/" + pid + "/fd");
    Path pipe = Files.readSymbolicLink(folder.resolve(Integer.toString(descriptor)));
    List<Integer> copies = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path link : all) {
        if (Files.readSymbolicLink(link).equals(pipe)) {
          copies.add(Integer.valueOf(link.getFileName().toString()));
        }
      }
    }
    return copies;
  }

  @Test
  void withoutNativeAccessNothingHappensAndNothingIsPrinted() throws IOException {
    Process worker = worker(false, 1);
    ProcessIdentity ready = processes.trackLine(worker.inputReader()).getFirst();
    assertThat(closeOnExec(ready.pid(), 3)).isFalse();
    worker.toHandle().destroyForcibly(); // Process.destroyForcibly would close the stream
    assertThat(worker.errorReader().readLine()).isNull();
  }
}
