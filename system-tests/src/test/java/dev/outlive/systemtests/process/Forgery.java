package dev.outlive.systemtests.process;

import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.SlotWord;
import dev.outlive.internal.protocol.WorkerPage;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/** What a task writes to its worker's link behind its back, each in one write. */
enum Forgery {
  /** Random bytes. */
  GARBAGE("not a frame: it begins with") {
    @Override
    byte[] bytes(long own) {
      byte[] bytes = new byte[1_000];
      new Random(7).nextBytes(bytes);
      return bytes;
    }
  },
  /** An answer with one bit flipped. */
  BIT_FLIP("damaged") {
    @Override
    byte[] bytes(long own) throws IOException {
      byte[] bytes = frame(answer(own, 0));
      bytes[30] ^= 4;
      return bytes;
    }
  },
  /** A whole header that promises two gibibytes. */
  ABSURD_LENGTH("a frame must have") {
    @Override
    byte[] bytes(long own) {
      ByteBuffer header = ByteBuffer.allocate(16);
      header.putShort((short) 0x4F4C).put((byte) 1).put((byte) 66).putInt(Integer.MAX_VALUE);
      CRC32C crc = new CRC32C();
      crc.update(header.array(), 0, 8);
      return header.putInt((int) crc.getValue()).array();
    }
  },
  /** A message of a type that there is not. */
  UNKNOWN_TYPE("99") {
    @Override
    byte[] bytes(long own) throws IOException {
      byte[] bytes = frame(answer(own, 0));
      bytes[3] = 99;
      CRC32C crc = new CRC32C();
      crc.update(bytes, 0, 8);
      ByteBuffer.wrap(bytes).putInt(8, (int) crc.getValue());
      return bytes;
    }
  },
  /** An answer for an item that its delivery does not have. */
  WRONG_ITEM("it answered item 3 of delivery 1 out of turn") {
    @Override
    byte[] bytes(long own) throws IOException {
      return frame(answer(own, 3));
    }
  },
  /** An answer for the delivery that waits behind this one. */
  NEXT_DELIVERY("it answered item 0 of delivery 2 out of turn: another delivery was due") {
    @Override
    byte[] bytes(long own) throws IOException {
      return frame(answer(own + 1, 0));
    }
  },
  /** Says that what runs was withdrawn. */
  WITHDRAWN_UNASKED("it passed over delivery 1") {
    @Override
    byte[] bytes(long own) throws IOException {
      return frame(new Message.Withdrawn(own));
    }
  },
  /** The same, and in the same breath an answer. */
  WITHDRAWN_AND_ANSWERED("it passed over delivery 1") {
    @Override
    byte[] bytes(long own) throws IOException {
      ByteArrayOutputStream both = new ByteArrayOutputStream();
      both.writeBytes(frame(new Message.Withdrawn(own)));
      both.writeBytes(frame(answer(own, 0)));
      return both.toByteArray();
    }
  },
  /** An answer for a delivery that never was: it is dropped as stale. */
  OTHER_DELIVERY("") {
    @Override
    byte[] bytes(long own) throws IOException {
      return frame(answer(own + 1_000, 0));
    }
  },
  /** Ready once more, and what an initializer would say but for there being none. */
  INITIALIZED_UNASKED("it ran an initializer that it was never sent") {
    @Override
    byte[] bytes(long own) throws IOException {
      return frame(new Message.Initialized());
    }
  };

  /** What the pool says of it; empty: it takes no notice. */
  final String told;

  Forgery(String told) {
    this.told = told;
  }

  abstract byte[] bytes(long own) throws IOException;

  /** In a worker, in a task. */
  final void commit() throws IOException {
    byte[] bytes = bytes(runningDelivery());
    try (OutputStream link = new FileOutputStream("/dev/fd/3")) {
      link.write(bytes);
    }
  }

  private static Message.Returned answer(long delivery, int item) throws IOException {
    return new Message.Returned(delivery, item, 1, -1, JavaCodec.encode("a lie"));
  }

  private static byte[] frame(Message message) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new FrameWriter(bytes).write(List.of(MessageCodec.encode(message)));
    return bytes.toByteArray();
  }

  private static long runningDelivery() throws IOException {
    Path file = Path.of(System.getProperty("java.io.tmpdir")).resolveSibling("page");
    try (WorkerPage page = WorkerPage.open(file)) {
      for (int slot = 0; slot < WorkerPage.SLOTS; slot++) {
        if (SlotWord.running(page.word(slot))) {
          return SlotWord.delivery(page.word(slot));
        }
      }
    }
    throw new IllegalStateException("nothing runs in this worker");
  }
}
