package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.ExitCode;
import dev.outlive.internal.protocol.FrameReader;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.Nesting;
import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.internal.protocol.WorkerArguments;
import dev.outlive.internal.protocol.WorkerPage;
import dev.outlive.os.OwnProcess;
import dev.outlive.os.StartLine;
import dev.outlive.os.WorkerArming;
import dev.outlive.spi.Frame;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * The entry of a worker process, and the thread that reads its link. It runs no code of the user's.
 *
 * <p>The end of the link is the end of the pool: the worker is gone within milliseconds, whatever
 * its task is at.
 */
public final class WorkerMain {
  /**
   * A link's frames come from the pool, which is trusted with any length that an array can have.
   */
  private static final long FRAME_LIMIT = Integer.MAX_VALUE - 64;

  private static final int LINK_BUFFER_BYTES = 64 << 10;

  /** Half as long again as the pool's own limit for a loader of the program. */
  private static final long CLASS_MILLIS = 15_000;

  private final FrameReader link;
  private final TaskRunner runner;
  private final ClassRequests requests;
  private final LastWords lastWords;
  private final Heartbeat heartbeat;
  private final WorkerSegments segments;

  private WorkerMain(
      FrameReader link,
      TaskRunner runner,
      ClassRequests requests,
      LastWords lastWords,
      Heartbeat heartbeat,
      WorkerSegments segments) {
    this.link = link;
    this.runner = runner;
    this.requests = requests;
    this.lastWords = lastWords;
    this.heartbeat = heartbeat;
    this.segments = segments;
  }

  /** Runs until the pool asks it to leave, or is gone. */
  public static void main(String[] args) {
    Nesting.beWorker();
    try {
      WorkerArguments arguments = WorkerArguments.parse(args);
      if (arguments.startLine() == StartLine.PLAIN) {
        System.setIn(java.io.InputStream.nullInputStream());
      }
      FrameReader in =
          new FrameReader(
              new BufferedInputStream(
                  StartLine.openLinkInput(arguments.startLine()), LINK_BUFFER_BYTES),
              FRAME_LIMIT);
      AnswerLink answers =
          new AnswerLink(
              StartLine.openLinkOutput(arguments.startLine()), arguments.maxResultBytes());
      answers.send(new Message.Ready(OwnProcess.pid(), System.nanoTime()));
      TaggedOutput output = TaggedOutput.install(arguments.startLine(), arguments.outputToken());
      WorkerPage page = WorkerPage.open(arguments.page());
      LastWords lastWords = LastWords.listen(page);
      answers.onBroken(lastWords::linkEnded);
      answers.keepUnsent(page.unsent());
      WorkerSegments segments = WorkerSegments.of(arguments);
      Heartbeat heartbeat = Heartbeat.start(page, segments);
      ClassRequests requests = new ClassRequests(answers, CLASS_MILLIS);
      ServedLoaders loaders = new ServedLoaders(requests);
      TaskRunner runner =
          new TaskRunner(arguments.worker(), page, answers, output, lastWords, loaders, segments);
      Thread.ofPlatform()
          .name("outlive-task")
          .uncaughtExceptionHandler(lastWords::taskThreadFailed)
          .start(runner);
      WorkerMain worker = new WorkerMain(in, runner, requests, lastWords, heartbeat, segments);
      Thread.ofPlatform()
          .daemon()
          .name("outlive-arming")
          .start(() -> worker.arm(arguments, page, output));
      worker.read();
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("outlive worker: cannot start: " + e);
      Runtime.getRuntime().halt(ExitCode.NO_LINK);
    }
  }

  private void arm(WorkerArguments arguments, WorkerPage page, TaggedOutput output) {
    try {
      WorkerArming.arm(arguments.parent(), Optional.of(page.mark()));
      if (arguments.startLine() != StartLine.PLAIN) {
        output.keepDescriptors();
      }
    } finally {
      new WarmUp(this::take, runner, new ServedLoaders(requests)).run();
    }
  }

  private void read() {
    Thread.currentThread().setName("outlive-link");
    try {
      for (Frame frame = link.read(); frame != null; frame = link.read()) {
        take(MessageCodec.decodeToWorker(frame));
      }
    } catch (ProtocolException e) {
      lastWords.poolUnreadable(e);
    } catch (IOException e) {
      System.err.println("outlive worker: the link failed: " + e.getMessage());
    }
    endWithPool();
  }

  /** Takes what the pool has sent. */
  void take(Message.ToWorker message) {
    switch (message) {
      case Message.Interrupt interrupt -> runner.interrupt(interrupt.delivery());
      case Message.ClassServed served -> requests.answer(served.request(), served);
      case Message.ResourcesServed served -> requests.answer(served.request(), served);
      case Message.NotServed not -> requests.answer(not.request(), not);
      case Message.Released released -> segments.results().release(released.segment());
      case Message.Codec codec -> runner.enqueue(codec);
      case Message.Initialize initialize -> runner.enqueue(initialize);
      case Message.Define define -> runner.enqueue(define);
      case Message.Forget forget -> runner.enqueue(forget);
      case Message.Run run -> {
        runner.enqueue(run);
        heartbeat.workCame();
      }
      case Message.Leave leave -> runner.enqueue(leave);
    }
  }

  /** Takes its own children along where no guardian would: where sessions are unknown. */
  private void endWithPool() {
    if (StartLine.best() != StartLine.SESSION) {
      ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }
    lastWords.linkEnded();
  }
}
