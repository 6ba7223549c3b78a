package dev.outlive.systemtests.process;

import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.task.Task;
import dev.outlive.testkit.Crash;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** A task whose first attempt meets its end, or hangs, at a certain moment. */
final class Trial implements Task<Result> {
  private static final long serialVersionUID = 1;

  /** A frame begins with its header and the length of its head. */
  private static final int FRAME_START = 16 + 4;

  static final int SIZE = 1 << 20;

  /** The moments in the life of an attempt, in their order. */
  enum Moment {
    DECODING,
    RUNNING,
    ENCODING,
    PUBLISHING_BEGINS,
    PUBLISHING,
    PUBLISHED,
    DONE
  }

  /** What happens then. */
  enum Means {
    /** {@code kill -9}. */
    DIE,
    /** Nothing more, and a file tells that the moment has come. */
    HANG
  }

  private final Attempts attempts;
  private final int item;
  private final Moment moment;
  private final Means means;
  private final String file;
  private transient int attempt;

  Trial(Attempts attempts, int item, Moment moment, Means means) {
    this.attempts = attempts;
    this.item = item;
    this.moment = moment;
    this.means = means;
    this.file = attempts.file() + "." + item + ".reached";
  }

  /** The file that is created when the moment has come; deleting it ends a hang in publishing. */
  Path reached() {
    return Path.of(file);
  }

  /** Returns how many bytes a result of that size has on the link. */
  static long frameBytes(int size) {
    try {
      ByteBuffer value = JavaCodec.encode(new Result(1, 1, size, null));
      return FRAME_START + MessageCodec.encode(new Message.Returned(1, 0, 0, 0, value)).length();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    attempt = attempts.mark(item);
    meet(Moment.DECODING);
  }

  @Override
  public Result call() {
    meet(Moment.RUNNING);
    if (attempt == 1) {
      tapLink();
    }
    return new Result(item, attempt, SIZE, () -> meet(Moment.ENCODING));
  }

  private void tapLink() {
    long all = frameBytes(SIZE);
    switch (moment) {
      case DECODING, RUNNING, ENCODING -> {}
      case PUBLISHING_BEGINS -> tapLink(0);
      case PUBLISHING -> tapLink(all / 2);
      case PUBLISHED -> LinkTap.dieAfter(all);
      case DONE -> LinkTap.dieWhenDone(all);
    }
  }

  private void tapLink(long bytes) {
    switch (means) {
      case DIE -> LinkTap.dieAfter(bytes);
      case HANG -> LinkTap.holdAfter(bytes, reached());
    }
  }

  private void meet(Moment now) {
    if (now == moment && attempt == 1) {
      switch (means) {
        case DIE -> Crash.sigkill();
        case HANG -> {
          try {
            Files.createFile(reached());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          hang();
        }
      }
    }
  }

  /** Heeds no interrupt, and leaves the processors to the others. */
  private static void hang() {
    while (true) {
      LockSupport.park();
      Thread.interrupted();
    }
  }
}
