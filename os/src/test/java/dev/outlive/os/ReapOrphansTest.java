package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** In a pid namespace of its own (unshare(1)): as root, or where users may make one. */
class ReapOrphansTest {
  private static final List<List<String>> WAYS =
      List.of(
          List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"),
          List.of(
              "unshare",
              "--user",
              "--map-root-user",
              "--pid",
              "--fork",
              "--kill-child",
              "--mount-proc"));

  @AutoClose private final Processes processes = new Processes();

  private static boolean works(List<String> way) {
    try {
      List<String> command = new ArrayList<>(way);
      command.add("true");
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException notInstalled) {
      return false;
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void asProcess1NoOrphanStaysAZombieAndNoExitStatusIsStolen() throws Exception {
    List<String> way = WAYS.stream().filter(ReapOrphansTest::works).findFirst().orElse(List.of());
    assumeTrue(!way.isEmpty(), "unshare must be allowed to make a pid namespace");
    List<String> command = new ArrayList<>(way);
    command.addAll(Processes.java(true, ProcessOne.class));
    Process one =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.track(one);
    assertThat(one.inputReader().readLine()).matches("1 [1-4] 0 7");
    assertThat(one.waitFor()).isZero();
  }
}
