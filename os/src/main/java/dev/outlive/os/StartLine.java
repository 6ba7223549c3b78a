package dev.outlive.os;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a worker's command is started, so that its link is a pair of pipes of which nothing but the
 * worker's own code knows.
 *
 * <pre>
 *            parent's end of it    worker, SESSION and SHELL    worker, PLAIN
 *  link in   getOutputStream()     fd 4                         fd 0
 *  link out  getInputStream()      fd 3                         fd 1
 *  stdin                           /dev/null                    the link
 *  stdout    getErrorStream()      fd 1                         the link: redirect System.out
 *  stderr    getErrorStream()      fd 2, same pipe as fd 1      fd 2
 * </pre>
 *
 * <p>The JVM prints its own crash text to fd 1 whatever its flags, and a child with inherited
 * streams reads fd 0: neither can reach descriptors 3 and 4. Core dumps are off unless asked for,
 * as one would copy the whole heap to disk.
 */
public enum StartLine {
  /** Through sh and setsid: private link, and a session and process group of its own. */
  SESSION,
  /** Through sh: private link, but in the session and group of the parent. */
  SHELL,
  /** The bare command, where there is no sh. */
  PLAIN;

  private static final int LINK_IN = 4;
  private static final int LINK_OUT = 3;
  private static final String NO_CORE = "ulimit -c 0 2>/dev/null || :; ";
  private static final String LINK = " 3>&1 4<&0 1>&2 0</dev/null";

  /**
   * Before the exec, so that all that the worker will hold is charged to its group; 0 is whoever
   * writes it (cgroups(7)). The path is an argument: no character of it is read as a command.
   */
  private static final String JOIN =
      "{ echo 0 > \"$1\"; } 2>/dev/null || echo \"outlive: this worker starts outside of its"
          + " control group: $1 cannot be written\" >&2; shift; ";

  /** Returns the best line that works on this machine. */
  public static StartLine best() {
    if (Programs.SH.isEmpty()) {
      return PLAIN;
    }
    return Programs.SETSID.isEmpty() ? SHELL : SESSION;
  }

  /**
   * Returns the line of that name; without the reflection of {@code valueOf}, which takes a worker
   * that starts five milliseconds.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static StartLine of(String name) {
    for (StartLine line : values()) {
      if (line.name().equals(name)) {
        return line;
      }
    }
    throw new IllegalArgumentException("no start line has the name " + name);
  }

  /** Returns {@link #wrap(List, boolean)} without core dumps. */
  public List<String> wrap(List<String> command) {
    return wrap(command, false);
  }

  /** Returns {@link #wrap(List, boolean, Optional)} without a control group. */
  public List<String> wrap(List<String> command, boolean coreDumps) {
    return wrap(command, coreDumps, Optional.empty());
  }

  /**
   * Returns the command to give to {@link ProcessBuilder}. The process that starts keeps its number
   * through every exec, so {@code Process.pid()} is the worker's.
   *
   * @param coreDumps whether the kernel may write one, as far as this process's own limit allows;
   *     {@link #PLAIN} cannot change that
   * @param cgroupProcs the {@code cgroup.procs} of the control group to start in; where that does
   *     not succeed the worker says so in one line on stderr and starts without it. {@link #PLAIN}
   *     ignores it
   * @throws IllegalArgumentException when the command is empty
   * @throws IllegalStateException when this line does not work on this machine
   */
  public List<String> wrap(List<String> command, boolean coreDumps, Optional<Path> cgroupProcs) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("command must not be empty");
    }
    List<String> wrapped = new ArrayList<>();
    String before = (cgroupProcs.isPresent() ? JOIN : "") + (coreDumps ? "" : NO_CORE);
    switch (this) {
      case SESSION -> {
        wrapped.add(present(Programs.SH, "sh"));
        wrapped.add("-c");
        wrapped.add(before + "exec \"$0\" \"$@\"" + LINK);
        wrapped.add(present(Programs.SETSID, "setsid"));
        cgroupProcs.ifPresent(procs -> wrapped.add(procs.toString()));
      }
      case SHELL -> {
        wrapped.add(present(Programs.SH, "sh"));
        wrapped.add("-c");
        wrapped.add(before + "exec \"$@\"" + LINK);
        wrapped.add("sh");
        cgroupProcs.ifPresent(procs -> wrapped.add(procs.toString()));
      }
      case PLAIN -> {}
    }
    wrapped.addAll(command);
    return List.copyOf(wrapped);
  }

  /** Returns whether a worker leads a session and group of its own, which one kill reaches. */
  public boolean ownSession() {
    return this == SESSION;
  }

  /** Returns a sentence about what this line lacks; empty for {@link #SESSION}. */
  public String missing() {
    return switch (this) {
      case SESSION -> "";
      case SHELL ->
          "There is no setsid here: workers share the session of this program, so Ctrl-C reaches"
              + " them too, and what their tasks started is not killed with them.";
      case PLAIN ->
          "There is no sh here: workers talk over their own stdin and stdout, where a child with"
              + " inherited streams can disturb them, and what their tasks started is not killed"
              + " with them.";
    };
  }

  /**
   * Opens the worker's end of the link for reading; to be called once, in the worker. With {@link
   * #PLAIN} {@code System.in} is to be pointed elsewhere: what it has read ahead is lost.
   *
   * @throws IOException when this process was not started by that line
   */
  public static InputStream openLinkInput(StartLine line) throws IOException {
    return line == PLAIN
        ? new FileInputStream(FileDescriptor.in)
        : new FileInputStream("/dev/fd/" + LINK_IN);
  }

  /**
   * Opens the worker's end of the link for writing; to be called once, in the worker. With {@link
   * #PLAIN} the caller then points {@code System.out} elsewhere.
   *
   * @throws IOException when this process was not started by that line
   */
  public static OutputStream openLinkOutput(StartLine line) throws IOException {
    return line == PLAIN
        ? new FileOutputStream(FileDescriptor.out)
        : new FileOutputStream("/dev/fd/" + LINK_OUT);
  }

  private static String present(Optional<String> program, String name) {
    return program.orElseThrow(() -> new IllegalStateException("there is no " + name + " here"));
  }

  /** Looked up once: neither comes or goes while a program runs. */
  static final class Programs {
    static final Optional<String> SH = Executable.find("sh");
    static final Optional<String> SETSID = Executable.find("setsid");

    private Programs() {}
  }
}
