package dev.outlive.monitor;

/**
 * Is told what happens in a pool.
 *
 * {@snippet file="dev/outlive/snippets/PolicySnippets.java" region="listener"}
 */
@FunctionalInterface
public interface PoolListener {
  /**
   * Is told one event. Called on a thread of the pool that does nothing else, one event at a time,
   * in their order. A listener that falls behind loses the oldest events beyond 10,000 of single
   * tasks and 10,000 others, which is logged; an exception is logged and the next event delivered.
   */
  void on(PoolEvent event);
}
