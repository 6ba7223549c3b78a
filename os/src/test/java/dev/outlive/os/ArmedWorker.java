package dev.outlive.os;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A parent that starts an armed worker, or that worker; both never end by themselves. */
final class ArmedWorker {
  private ArmedWorker() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    switch (arguments[0]) {
      case "parent" -> parent();
      case "worker" -> worker(Long.parseLong(arguments[1]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    while (true) {
      LockSupport.park();
    }
  }

  private static void parent() throws IOException {
    String self = Long.toString(ProcessHandle.current().pid());
    List<String> command = Processes.java(true, ArmedWorker.class, "worker", self);
    Process worker =
        new ProcessBuilder(StartLine.SESSION.wrap(command)).redirectError(Redirect.INHERIT).start();
    String ready = worker.inputReader().readLine();
    System.out.println(ready);
  }

  private static void worker(long parentPid) throws IOException, InterruptedException {
    var link = StartLine.openLinkOutput(StartLine.SESSION);
    Thread arming =
        Thread.ofPlatform().daemon().start(() -> WorkerArming.arm(parentPid, Optional.empty()));
    arming.join();
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
    link.write((self.token() + "\n").getBytes(StandardCharsets.US_ASCII));
    link.flush();
  }
}
