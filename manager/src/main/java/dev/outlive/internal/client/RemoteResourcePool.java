package dev.outlive.internal.client;

import dev.outlive.internal.service.ResourceService;
import dev.outlive.internal.service.ResourceService.Lent;
import dev.outlive.managed.Resource;
import dev.outlive.managed.ResourcePool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The proxy of a resource pool. */
final class RemoteResourcePool<T> implements ResourcePool<T>, Travelling {
  private static final long serialVersionUID = 1;

  private final transient Far far;
  private final transient ResourceService service;

  RemoteResourcePool(Far far, ResourceService service) {
    this.far = far;
    this.service = service;
  }

  @Override
  public Object writeReplace() {
    return far.travel();
  }

  @Override
  public Resource<T> borrow() throws InterruptedException {
    while (true) {
      Lent lent = service.lend(Long.MAX_VALUE);
      if (lent != null) {
        return new Borrowed<>(service, lent);
      }
    }
  }

  @Override
  public Resource<T> borrow(long timeout, TimeUnit unit)
      throws InterruptedException, TimeoutException {
    Lent lent = service.lend(unit.toNanos(timeout));
    if (lent == null) {
      throw new TimeoutException(
          "nothing was given back within "
              + timeout
              + " "
              + unit.name().toLowerCase(java.util.Locale.ROOT)
              + "; all "
              + service.size()
              + " are borrowed: "
              + service.borrowers());
    }
    return new Borrowed<>(service, lent);
  }

  @Override
  public int size() {
    return service.size();
  }

  @Override
  public int idle() {
    return service.idle();
  }

  @Override
  public long made() {
    return service.made();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RemoteResourcePool<?> pool && far.equals(pool.far);
  }

  @Override
  public int hashCode() {
    return far.hashCode();
  }

  @Override
  public String toString() {
    return far.toString();
  }

  private static final class Borrowed<T> implements Resource<T> {
    private final ResourceService service;
    private final Lent lent;
    private final AtomicBoolean ended = new AtomicBoolean();

    Borrowed(ResourceService service, Lent lent) {
      this.service = service;
      this.lent = lent;
    }

    @Override
    @SuppressWarnings("unchecked") // what the pool's factory makes
    public T get() {
      if (ended.get()) {
        throw new IllegalStateException("the resource was given back: borrow another one");
      }
      return (T) lent.thing();
    }

    @Override
    public void close() {
      if (!ended.getAndSet(true)) {
        service.giveBack(lent.number());
      }
    }

    @Override
    public void discard() {
      if (!ended.getAndSet(true)) {
        service.discard(lent.number());
      }
    }
  }
}
