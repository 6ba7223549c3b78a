package dev.outlive.systemtests.process;

import dev.outlive.internal.protocol.FrameReader;
import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.SlotWord;
import dev.outlive.internal.protocol.SlotWord.Phase;
import dev.outlive.internal.protocol.WorkerArguments;
import dev.outlive.internal.protocol.WorkerPage;
import dev.outlive.os.StartLine;
import dev.outlive.spi.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/** A process in a worker's place that lies. */
final class FakeWorker {
  /** What it does. */
  enum Lie {
    /** Random bytes instead of the first message. */
    GARBAGE_AT_START,
    /** Random bytes instead of an answer. */
    GARBAGE,
    /** A true answer but for one bit of its frame's header. */
    BIT_FLIP_IN_HEADER,
    /** A true answer but for one bit of its frame's body. */
    BIT_FLIP_IN_BODY,
    /** A frame that promises more than can be. */
    ABSURD_LENGTH,
    /** A frame that promises much and brings nothing. */
    EMPTY_PROMISE,
    /** A frame of another version. */
    WRONG_VERSION,
    /** What only a pool says. */
    POOLS_WORDS,
    /** An answer for an item that is not its turn. */
    WRONG_ITEM,
    /** Says that what it runs was withdrawn, which nobody had asked for. */
    WITHDRAWN_UNASKED,
    /** Says goodbye unasked, and goes. */
    BYE_UNASKED,
    /** Writes ones all over its page, and goes. */
    PAGE_OF_ONES,
    /** Nothing at all. */
    SILENCE,
    /** An answer for another delivery, then the true one. */
    OTHER_DELIVERY,
    /** The true answer, twice. */
    ANSWER_TWICE,
    /** Ready, twice, then true answers. */
    READY_TWICE,
    /** A result that is not an encoded value. */
    UNDECODABLE_RESULT,
    /** An exception that is none, with a copy that is none. */
    UNDECODABLE_ERROR,
    /** A result with an object that no task may send. */
    FOREIGN_CLASS,
    /** A few bytes that claim to be an array of 16 GiB. */
    HUGE_ARRAY,
    /** Arrays within arrays, far deeper than any stack. */
    BOTTOMLESS,
    /** A result of another version of the task's own class. */
    OTHER_VERSION,
    /** Sets within sets, whose hash takes years. */
    HASH_BOMB
  }

  static final int ANSWER = 42;

  private final OutputStream out;
  private final FrameWriter writer;
  private final WorkerPage page;
  private final Lie lie;

  private FakeWorker(OutputStream out, WorkerPage page, Lie lie) {
    this.out = out;
    this.writer = new FrameWriter(out);
    this.page = page;
    this.lie = lie;
  }

  public static void main(String[] args) throws IOException {
    Lie lie = Lie.valueOf(args[0]);
    WorkerArguments arguments =
        WorkerArguments.parse(
            Arrays.copyOfRange(args, args.length - WorkerArguments.WORDS, args.length));
    FrameReader in =
        new FrameReader(StartLine.openLinkInput(arguments.startLine()), Integer.MAX_VALUE);
    OutputStream out = StartLine.openLinkOutput(arguments.startLine());
    if (lie == Lie.PAGE_OF_ONES) {
      new FakeWorker(out, WorkerPage.open(arguments.page()), lie).start();
      in.read();
      byte[] ones = new byte[4096];
      Arrays.fill(ones, (byte) -1);
      Files.write(arguments.page(), ones);
      System.exit(0);
    }
    FakeWorker worker = new FakeWorker(out, WorkerPage.open(arguments.page()), lie);
    worker.start();
    for (Frame frame = in.read(); frame != null; frame = in.read()) {
      Message.ToWorker message = MessageCodec.decodeToWorker(frame);
      if (message instanceof Message.Run run) {
        worker.run(run);
      } else if (message instanceof Message.Leave) {
        worker.send(new Message.Bye());
        return;
      }
    }
  }

  private void start() throws IOException {
    switch (lie) {
      case GARBAGE_AT_START -> garbage();
      case SILENCE -> {}
      case READY_TWICE -> {
        ready();
        ready();
      }
      default -> ready();
    }
  }

  private void ready() throws IOException {
    send(new Message.Ready(ProcessHandle.current().pid(), System.nanoTime()));
  }

  private void run(Message.Run run) throws IOException {
    long offered = SlotWord.of(run.delivery(), 0, Phase.OFFERED);
    long running = SlotWord.of(run.delivery(), 0, Phase.RUNNING);
    page.change(run.slot(), offered, running);
    Message.Returned answer = answer(run.delivery(), run.from());
    switch (lie) {
      case GARBAGE_AT_START, GARBAGE, SILENCE, PAGE_OF_ONES -> garbage();
      case BIT_FLIP_IN_HEADER -> flipped(answer, 0, 16);
      case BIT_FLIP_IN_BODY -> flipped(answer, 16, 40);
      case ABSURD_LENGTH -> header((byte) 1, Integer.MAX_VALUE);
      case EMPTY_PROMISE -> {
        header((byte) 1, 1 << 30);
        System.exit(0);
      }
      case WRONG_VERSION -> header((byte) 2, 100);
      case POOLS_WORDS -> send(new Message.Leave(ByteBuffer.allocate(0)));
      case WRONG_ITEM -> send(answer(run.delivery(), run.from() + 1));
      case WITHDRAWN_UNASKED -> send(new Message.Withdrawn(run.delivery()));
      case BYE_UNASKED -> {
        send(new Message.Bye());
        System.exit(0);
      }
      case OTHER_DELIVERY -> {
        send(answer(run.delivery() + 1000, run.from()));
        send(answer);
      }
      case ANSWER_TWICE -> {
        send(answer);
        send(answer);
      }
      case READY_TWICE -> send(answer);
      case UNDECODABLE_RESULT ->
          send(new Message.Returned(run.delivery(), run.from(), 1, -1, bytes(100)));
      case FOREIGN_CLASS, HUGE_ARRAY, BOTTOMLESS, OTHER_VERSION, HASH_BOMB ->
          send(new Message.Returned(run.delivery(), run.from(), 1, -1, Payloads.of(lie)));
      case UNDECODABLE_ERROR ->
          send(
              new Message.Threw(
                  run.delivery(), run.from(), 1, -1, false, List.of("x"), bytes(50), bytes(50)));
    }
    page.change(run.slot(), running, SlotWord.of(run.delivery(), 0, Phase.DONE));
  }

  private static Message.Returned answer(long delivery, int item) throws IOException {
    return new Message.Returned(delivery, item, 1, -1, JavaCodec.encode(ANSWER));
  }

  private void send(Message message) throws IOException {
    writer.write(List.of(MessageCodec.encode(message)));
  }

  private void garbage() throws IOException {
    out.write(bytes(1000).array());
    hang();
  }

  private static ByteBuffer bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(7).nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private void flipped(Message message, int from, int to) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    new FrameWriter(frame).write(List.of(MessageCodec.encode(message)));
    byte[] bytes = frame.toByteArray();
    int bit = new Random(System.nanoTime()).nextInt(from * 8, to * 8);
    bytes[bit / 8] ^= (byte) (1 << bit % 8);
    out.write(bytes);
    hang();
  }

  private void header(byte version, int length) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(16);
    header.putShort((short) 0x4F4C).put(version).put((byte) 66).putInt(length);
    CRC32C crc = new CRC32C();
    crc.update(header.array(), 0, 8);
    header.putInt((int) crc.getValue());
    out.write(header.array());
    out.flush();
  }

  /** The end is the pool's to bring. */
  private static void hang() {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
