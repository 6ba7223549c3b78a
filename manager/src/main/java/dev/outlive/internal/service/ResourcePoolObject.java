package dev.outlive.internal.service;

import dev.outlive.managed.ManagerException;
import dev.outlive.managed.ResourceOptions;
import dev.outlive.managed.ResourceOptions.Check;
import dev.outlive.managed.ResourceOptions.Destroyer;
import dev.outlive.managed.ResourceOptions.WhenBorrowerDies;
import dev.outlive.task.Task;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A pool of things in the server. The user's code (factory, check, destroyer) never runs with its
 * lock. Safe for use by many threads.
 *
 * <pre>
 *            lend: made           giveBack, borrower died
 *   (none) ---------------> lent ------------------------> idle
 *                            | ^                             |
 *          discard, or died  | +---- lend: healthy ----------+
 *                            v                               | lend: not healthy
 *                        destroyed <-------------------------+
 * </pre>
 */
public final class ResourcePoolObject implements ResourceService, Ledger {
  private static final Logger LOG = System.getLogger(ResourcePoolObject.class.getName());

  private record Thing(long number, Object value) {}

  private record Loan(Object client, Thing thing) {}

  private final Task<?> factory;
  private final ResourceOptions<Object> options;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Thing> idle = new ArrayDeque<>(); // guarded by lock
  private final Map<Long, Loan> lent = new HashMap<>(); // guarded by lock
  private int size; // guarded by lock; those that are being made or checked included
  private long made; // guarded by lock

  /** Creates one without things. */
  @SuppressWarnings("unchecked") // check and destroyer get what the factory makes
  public ResourcePoolObject(Task<?> factory, ResourceOptions<?> options) {
    this.factory = factory;
    this.options = (ResourceOptions<Object>) options;
  }

  @Override
  public @Nullable Lent lend(long nanos) throws InterruptedException {
    long left = nanos;
    while (true) {
      Thing thing = null;
      lock.lockInterruptibly();
      try {
        while (idle.isEmpty() && size >= options.limit()) {
          if (left <= 0) {
            return null;
          }
          left = changed.awaitNanos(left);
        }
        if (idle.isEmpty()) {
          size++;
        } else {
          thing = idle.removeLast();
        }
      } finally {
        lock.unlock();
      }
      if (thing == null) {
        return lent(make());
      } else if (isHealthy(thing)) {
        return lent(thing);
      }
      destroy(thing);
    }
  }

  private Thing make() {
    Object value = null;
    try {
      value = factory.call();
    } catch (Exception e) {
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new ManagerException("the factory of a resource pool failed: " + e, e);
    } finally {
      if (value == null) {
        forget();
      }
    }
    if (value == null) {
      throw new NullPointerException("the factory of a resource pool has made null");
    }
    lock.lock();
    try {
      made++;
      return new Thing(made, value);
    } finally {
      lock.unlock();
    }
  }

  private Lent lent(Thing thing) {
    Caller caller = Caller.current();
    lock.lock();
    try {
      lent.put(thing.number(), new Loan(caller.client(), thing));
    } finally {
      lock.unlock();
    }
    caller.tellOfDeath(this);
    caller.lend(() -> giveBack(thing.number()));
    return new Lent(thing.number(), thing.value());
  }

  private boolean isHealthy(Thing thing) {
    Check<? super Object> check = options.healthCheck();
    try {
      return check == null || check.test(thing.value());
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "the health check of a resource failed: it is destroyed", e);
      return false;
    }
  }

  @Override
  public void giveBack(long number) {
    lock.lock();
    try {
      Loan loan = lent.remove(number);
      if (loan != null) {
        idle.addLast(loan.thing());
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void discard(long number) {
    Loan loan;
    lock.lock();
    try {
      loan = lent.remove(number);
    } finally {
      lock.unlock();
    }
    if (loan != null) {
      destroy(loan.thing());
    }
  }

  private void destroy(Thing thing) {
    forget();
    Destroyer<? super Object> destroyer = options.destroyer();
    try {
      if (destroyer != null) {
        destroyer.accept(thing.value());
      }
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "the destroyer of a resource failed", e);
    }
  }

  private void forget() {
    lock.lock();
    try {
      size--;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void died(Object client) {
    List<Long> had = new ArrayList<>();
    lock.lock();
    try {
      lent.forEach(
          (number, loan) -> {
            if (loan.client().equals(client)) {
              had.add(number);
            }
          });
    } finally {
      lock.unlock();
    }
    for (long number : had) {
      if (options.whenBorrowerDies() == WhenBorrowerDies.DESTROY) {
        // the destroyer may take its time, and others wait for what the dead had
        Thread _ =
            Thread.ofPlatform()
                .daemon()
                .name("outlive-manager-destroyer")
                .start(() -> discard(number));
      } else {
        giveBack(number);
      }
    }
  }

  @Override
  public int size() {
    lock.lock();
    try {
      return size;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int idle() {
    lock.lock();
    try {
      return idle.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long made() {
    lock.lock();
    try {
      return made;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String borrowers() {
    Map<String, Integer> counts = new TreeMap<>();
    lock.lock();
    try {
      for (Loan loan : lent.values()) {
        Integer _ = counts.merge(loan.client().toString(), 1, Integer::sum);
      }
    } finally {
      lock.unlock();
    }
    return counts.toString();
  }
}
