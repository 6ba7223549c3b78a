package dev.outlive.internal.client;

import java.io.InvalidObjectException;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which objects of a server this process holds: each has one {@link Far} here as long as a proxy of
 * it can be reached. How often the server has handed a reference out is counted, so that one that
 * is on its way while the last proxy is dropped keeps the object alive.
 */
final class Held {
  private static final Cleaner CLEANER = Cleaner.create();

  private final Client client;
  private final Map<Long, Entry> entries = new HashMap<>(); // guarded by itself

  Held(Client client) {
    this.client = client;
  }

  private record Entry(WeakReference<Far> far, AtomicInteger times) {}

  /**
   * Returns the proxy that a reference stands for.
   *
   * @param counted whether it came from the server, which has counted it as handed out
   * @throws InvalidObjectException if there is no such object any more
   */
  Object adopt(Ref ref, boolean counted) throws InvalidObjectException {
    Optional<Far> known = known(ref, counted);
    if (known.isPresent()) {
      return known.get().proxy();
    }
    if (!counted && !client.root().hold(ref.object())) {
      throw new InvalidObjectException(
          "object "
              + ref.object()
              + " of manager "
              + ref.manager()
              + " is gone: whoever sent this reference had ended, and nobody else held it. Keep a"
              + " proxy of it in the program until it has arrived");
    }
    synchronized (entries) {
      return known(ref, true).orElseGet(() -> add(ref)).proxy();
    }
  }

  private Optional<Far> known(Ref ref, boolean counted) {
    synchronized (entries) {
      Entry entry = entries.get(ref.object());
      Far far = entry == null ? null : entry.far().get();
      if (entry != null && far != null && counted) {
        int _ = entry.times().incrementAndGet();
      }
      return Optional.ofNullable(far);
    }
  }

  /** Only with the lock. */
  private Far add(Ref ref) {
    Far far = new Far(client, ref.object(), Arrays.asList(ref.interfaces()));
    Entry entry = new Entry(new WeakReference<>(far), new AtomicInteger(1));
    entries.put(ref.object(), entry);
    CLEANER.register(far, () -> dropped(ref.object(), entry));
    return far;
  }

  private void dropped(long object, Entry entry) {
    synchronized (entries) {
      boolean _ = entries.remove(object, entry);
    }
    client.release(object, entry.times().get());
  }
}
