package dev.outlive.internal.service;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** What the proxy of a resource pool calls. */
public interface ResourceService {
  /**
   * A thing that is lent.
   *
   * @param number of the thing
   * @param thing a copy of it, or its proxy
   */
  record Lent(long number, Object thing) implements Serializable {}

  /**
   * Lends a thing.
   *
   * @param nanos how long to wait for one
   * @return null if the time is over
   */
  @Nullable Lent lend(long nanos) throws InterruptedException;

  void giveBack(long number);

  void discard(long number);

  int size();

  int idle();

  long made();

  /** Says who has the things, for the message that a wait was in vain. */
  String borrowers();
}
