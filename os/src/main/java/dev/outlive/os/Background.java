package dev.outlive.os;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Work that nobody waits for: it gets the processor that all others leave over. Where the platform
 * has no such thing it runs as all do.
 */
public final class Background {
  /**
   * Where the kernel shares the processor out among sessions, the priority of a process counts only
   * within its own, so that the session gets one too (sched(7), autogroup). It is the command
   * itself that lowers it: seen from outside, a child may not have left this program's session yet,
   * and all of that would be lowered.
   */
  private static final String LOWEST =
      "{ echo 19 > /proc/self/autogroup; } 2>/dev/null; exec nice -n 19 \"$0\" \"$@\"";

  private Background() {}

  /**
   * Returns a command that runs with the lowest priority, and so does all that it starts; to be
   * wrapped by {@link StartLine#SESSION}, since the whole session that it runs in is lowered.
   */
  public static List<String> command(List<String> command) {
    Optional<String> sh = StartLine.Programs.SH;
    if (sh.isEmpty() || Executable.find("nice").isEmpty()) {
      return command;
    }
    List<String> lowered = new ArrayList<>(List.of(sh.get(), "-c", LOWEST));
    lowered.addAll(command);
    return lowered;
  }
}
