package dev.outlive.systemtests.matrix;

import dev.outlive.task.Action;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.Exhaust;

/** How a worker is harmed. */
enum Way {
  EXIT_0(() -> Crash.exit(0)),
  EXIT_7(() -> Crash.exit(7)),
  HALT_9(() -> Crash.halt(9)),
  SIGKILL(Crash::sigkill),
  SIGSEGV(Crash::segfault),
  SIGSTOP(Crash::stop),
  HEAP_OOM(Exhaust::heap),
  STACK_OVERFLOW(Exhaust::stack),
  ENDLESS_LOOP(Crash::hang),
  UNDECODABLE(
      () -> {
        throw Crash.undecodableException("on purpose");
      });

  private final Action deed;

  Way(Action deed) {
    this.deed = deed;
  }

  /** Does it, to the process that calls. */
  void go() throws Exception {
    deed.act();
  }
}
