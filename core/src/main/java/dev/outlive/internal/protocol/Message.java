package dev.outlive.internal.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** All that a pool and its worker say to each other. */
public sealed interface Message {
  /** What a pool says to its worker. */
  sealed interface ToWorker extends Message {}

  /** What a worker says to its pool. */
  sealed interface ToPool extends Message {}

  /**
   * What to encode results and decode inputs with, instead of the JDK's serialisation; the first
   * message, if it comes at all.
   *
   * @param code the encoded codec
   */
  record Codec(ByteBuffer code) implements ToWorker {}

  /**
   * What to run before any task; comes before all of them, if it comes at all.
   *
   * @param code the encoded initializer
   */
  record Initialize(ByteBuffer code) implements ToWorker {}

  /**
   * A function that deliveries will refer to.
   *
   * @param function its number, from 1
   * @param code the encoded function
   */
  record Define(long function, ByteBuffer code) implements ToWorker {}

  /**
   * A function that no delivery will refer to any more.
   *
   * @param function its number
   */
  record Forget(long function) implements ToWorker {}

  /**
   * A range of items to run, one after the other.
   *
   * @param delivery the number of this delivery, never used twice
   * @param slot where it was offered in the page
   * @param timed whether its items have a limit, so that each one's beginning is to be noted
   * @param task the task's number
   * @param function the function to apply to each item; 0: the item is itself the work
   * @param from the index of the first item
   * @param attempt which attempt this is, from 1
   * @param name the task's name
   * @param items the encoded items, at least one
   */
  record Run(
      long delivery,
      int slot,
      boolean timed,
      long task,
      long function,
      int from,
      int attempt,
      String name,
      Items items)
      implements ToWorker {}

  /**
   * The delivery was revoked while it ran: interrupt it.
   *
   * @param delivery its number
   */
  record Interrupt(long delivery) implements ToWorker {}

  /**
   * A class that was asked for.
   *
   * @param request the question's number
   * @param loader the number of the loader that defines it; {@link Loaders#COMMON}: the worker has
   *     it of its own
   * @param source where it comes from, as a URL; empty: nobody knows
   * @param bytes its class file; empty if the worker has it of its own
   */
  record ClassServed(long request, int loader, String source, ByteBuffer bytes)
      implements ToWorker {}

  /**
   * Resources that were asked for, in their loader's order.
   *
   * @param request the question's number
   * @param found each one's bytes; absent where the worker has it of its own
   */
  record ResourcesServed(long request, List<Optional<ByteBuffer>> found) implements ToWorker {}

  /**
   * What was asked for cannot be had.
   *
   * @param request the question's number
   * @param passing whether another try might have it
   * @param why the reason; empty: its loader knows no such class
   */
  record NotServed(long request, boolean passing, String why) implements ToWorker {}

  /**
   * A result was copied out of a segment, which may be used again.
   *
   * @param segment the number that the result named
   */
  record Released(long segment) implements ToWorker {}

  /**
   * Finish and exit.
   *
   * @param finalizer what to run before that, encoded; empty: nothing
   */
  record Leave(ByteBuffer finalizer) implements ToWorker {}

  /**
   * The worker can run tasks.
   *
   * @param pid its process id
   * @param nanoTime its clock, to tell whether it is the pool's
   */
  record Ready(long pid, long nanoTime) implements ToPool {}

  /** The initializer has run. */
  record Initialized() implements ToPool {}

  /**
   * The initializer threw; the worker ends.
   *
   * @param copy the faithful copy of the exception, see {@link ErrorCopy}
   */
  record InitializerThrew(ByteBuffer copy) implements ToPool {}

  /**
   * Something that happened beside the item that runs: a thread of its ended with an exception.
   * Sent before the item's answer.
   *
   * @param text what happened
   */
  record Noted(String text) implements ToPool {}

  /**
   * An item's result.
   *
   * @param delivery the delivery it belongs to
   * @param item its index
   * @param ranNanos how long it ran
   * @param cpuNanos the processor time of its thread meanwhile; -1: not known
   * @param value the encoded result
   */
  record Returned(long delivery, int item, long ranNanos, long cpuNanos, ByteBuffer value)
      implements ToPool {}

  /**
   * The results of items in a row, all of them plain values.
   *
   * @param delivery the delivery they belong to
   * @param from the index of the first
   * @param ranNanos how long they ran together
   * @param values the encoded results
   */
  record ReturnedRow(long delivery, int from, long ranNanos, Items values) implements ToPool {}

  /**
   * An item's exception, or what kept it from being decoded or its result from being encoded.
   *
   * @param delivery the delivery it belongs to
   * @param item its index
   * @param ranNanos how long it ran
   * @param cpuNanos the processor time of its thread meanwhile; -1: not known
   * @param undecodable whether it was decoding or encoding that failed, not the task
   * @param types the binary names of the exception's class and its superclasses
   * @param copy the faithful copy of the exception, see {@link ErrorCopy}
   * @param error the encoded exception; empty if it cannot be encoded
   */
  record Threw(
      long delivery,
      int item,
      long ranNanos,
      long cpuNanos,
      boolean undecodable,
      List<String> types,
      ByteBuffer copy,
      ByteBuffer error)
      implements ToPool {}

  /**
   * The worker has passed over a delivery that was revoked.
   *
   * @param delivery its number
   */
  record Withdrawn(long delivery) implements ToPool {}

  /**
   * A class is needed that one of the pool's loaders has.
   *
   * @param request the question's number
   * @param loader the loader's number
   * @param name the class's binary name
   */
  record ClassWanted(long request, int loader, String name) implements ToPool {}

  /**
   * A resource is needed that one of the pool's loaders may have.
   *
   * @param request the question's number
   * @param loader the loader's number
   * @param all whether all of that name are wanted, or the first
   * @param name its name
   */
  record ResourcesWanted(long request, int loader, boolean all, String name) implements ToPool {}

  /** The worker leaves as it was asked to; its exit is no death. */
  record Bye() implements ToPool {}
}
