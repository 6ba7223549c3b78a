package dev.outlive.os;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One life of the {@link Guardian}'s shell: the process, and the thread that writes to it.
 *
 * <p>The script ({@code guardian.sh}) travels in the environment, so that it needs no file and the
 * line in ps stays short. The shell has a session of its own, {@code /} as its directory, and none
 * of this program's streams. Lines go through a queue to one daemon thread, since a stopped shell's
 * pipe fills and then blocks whoever writes.
 */
final class GuardianShell {
  private static final String SCRIPT_VARIABLE = "OUTLIVE_GUARDIAN";
  private static final String RUN_SCRIPT = "eval \"$" + SCRIPT_VARIABLE + "\"";
  private static final String SCRIPT = script();
  private static final String END = "";

  /** Native calls wait until nothing was said for so long: the first costs tens of milliseconds. */
  private static final Duration START_UP = Duration.ofMillis(200);

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Thread writer;

  private GuardianShell(String name, Process process) {
    this.process = process;
    writer =
        Thread.ofPlatform().daemon().name("outlive-" + name + "-guardian").unstarted(this::write);
  }

  /**
   * Starts a shell.
   *
   * @param shell the command of a POSIX shell, after setsid where there is one
   * @param groups whom to watch, and whether to kill them at once
   */
  static GuardianShell start(
      List<String> shell, String name, Path directory, Map<ProcessIdentity, Boolean> groups)
      throws IOException {
    List<String> command = new ArrayList<>(shell);
    command.addAll(
        List.of("-c", RUN_SCRIPT, "outlive-guardian", printable(name), directory.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("PATH"));
    environment.put(SCRIPT_VARIABLE, SCRIPT);
    GuardianShell started = new GuardianShell(name, Spawn.start(builder));
    groups.forEach(
        (leader, kill) -> {
          started.say("+ ", leader);
          if (kill) {
            started.say("k ", leader);
          }
        });
    started.writer.start();
    return started;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void say(String line) {
    lines.add(line);
  }

  void say(String verb, ProcessIdentity process) {
    say(verb + process.pid() + " " + process.startTicks());
  }

  /** Ends its input, behind all that was said before; it then does its work and exits. */
  void end() {
    lines.add(END);
  }

  /** Ends its input and waits; kills it after the first limit, gives up after the second. */
  void end(Duration limit, Duration afterKill) throws InterruptedException {
    end();
    if (!awaitExit(limit)) {
      kill();
      awaitExit(afterKill);
    }
  }

  void kill() {
    process.toHandle().destroyForcibly();
  }

  void awaitExit() throws InterruptedException {
    process.waitFor();
  }

  /** Returns whether the process and the writing thread were gone within the time. */
  private boolean awaitExit(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    lines.add(END);
    return writer.join(Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime())));
  }

  private void write() {
    try (OutputStream input = process.getOutputStream()) {
      boolean marked = false;
      while (true) {
        String line =
            marked ? lines.take() : lines.poll(START_UP.toMillis(), TimeUnit.MILLISECONDS);
        if (line == null) {
          marked = true;
          OwnProcess.closeOnExecTo(process.pid());
        } else if (line.equals(END)) {
          return;
        } else {
          input.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
          if (lines.isEmpty()) {
            input.flush();
          }
        }
      }
    } catch (IOException shellIsGone) {
      // The guardian learns it from the exit of the process, and starts another one.
      return;
    } catch (InterruptedException nobodyElseHasThisThread) {
      Thread.currentThread().interrupt();
    }
  }

  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  private static String script() {
    try (InputStream file = GuardianShell.class.getResourceAsStream("guardian.sh")) {
      return new String(
          Objects.requireNonNull(file, "guardian.sh").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
