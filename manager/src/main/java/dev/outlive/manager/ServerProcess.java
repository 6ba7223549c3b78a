package dev.outlive.manager;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.internal.local.RunDirectory;
import dev.outlive.internal.server.ServerSettings;
import dev.outlive.internal.server.ServerTasks;
import dev.outlive.internal.wire.Door;
import dev.outlive.managed.ManagerException;
import dev.outlive.monitor.OutputMode;
import dev.outlive.task.TaskFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The process of a server: the only worker of a pool of its own, which starts it, watches it, says
 * why it died, and lets nothing outlive this program.
 */
final class ServerProcess implements AutoCloseable {
  /** The kernels take 104 or 108 bytes as the path of a Unix socket, a zero included (unix(7)). */
  private static final int LONGEST_PATH = 100;

  private static final Duration LEAVES_WITHIN = Duration.ofMillis(500);
  private static final Duration DIAGNOSED_WITHIN = Duration.ofMillis(800);

  private final ProcessPool pool;
  private final TaskFuture<?> serving;
  private final Path shared;
  private final Door door;
  private final Thread atExit;

  private ServerProcess(ProcessPool pool, TaskFuture<?> serving, Path shared, Door door) {
    this.pool = pool;
    this.serving = serving;
    this.shared = shared;
    this.door = door;
    this.atExit = Thread.ofPlatform().name("outlive-manager-end").unstarted(this::removeFiles);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a server, and returns when it listens.
   *
   * @throws ManagerException if it does not start; the message says why
   */
  static ServerProcess start(ManagerBuilder settings, String owner, Class<?> witness) {
    ProcessPoolBuilder builder =
        ProcessPool.builder()
            .name(settings.name())
            .workers(1)
            .learnMemory(false)
            .output(OutputMode.FORWARD)
            .jvmArgs(settings.jvmArgs());
    settings.maxHeap().ifPresent(builder::maxHeap);
    ProcessPool pool = builder.build();
    try {
      return listening(settings, owner, witness, pool);
    } catch (IOException | RuntimeException e) {
      pool.shutdownNow();
      pool.close();
      throw new ManagerException("the manager's server did not start: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      pool.shutdownNow();
      pool.close();
      Thread.currentThread().interrupt();
      throw new ManagerException("interrupted while the manager's server was starting", e);
    }
  }

  private static ServerProcess listening(
      ManagerBuilder settings, String owner, Class<?> witness, ProcessPool pool)
      throws IOException, InterruptedException {
    String id = random(8);
    Path starting = RunDirectory.createShared("manager-" + id + ".starting");
    Path shared = RunDirectory.shared();
    try {
      Address listens = address(settings, shared, id);
      ServerSettings server =
          new ServerSettings(
              id,
              owner,
              listens.address(),
              listens.key(),
              settings.functions(),
              settings.types(),
              settings.maxMessage().count(),
              witness);
      SocketAddress address =
          reachable(server.address(), pool.call(() -> ServerTasks.open(server)));
      Door door = new Door(id, address, listens.key(), settings.functions(), settings.types());
      boolean _ = door.write(); // the id is new
      return new ServerProcess(pool, pool.submit(ServerTasks::serve), shared, door);
    } finally {
      boolean _ = Files.deleteIfExists(starting);
      RunDirectory.deleteSharedIfEmpty();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // nobody compares two
  private record Address(SocketAddress address, byte @Nullable [] key) {}

  /** A Unix socket where its path is short enough; else the loopback, with a key. */
  @SuppressWarnings("AddressSelection") // the loopback has one
  private static Address address(ManagerBuilder settings, Path shared, String id) {
    SocketAddress chosen = settings.address().orElse(null);
    if (chosen != null) {
      return new Address(chosen, settings.key());
    }
    Path socket = shared.resolve("manager-" + id + ".socket");
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH) {
      return new Address(UnixDomainSocketAddress.of(socket), null);
    }
    return new Address(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        random(32).getBytes(StandardCharsets.US_ASCII));
  }

  /** Who listens at every address is reached at the loopback from here. */
  private static SocketAddress reachable(SocketAddress address, int port) {
    if (!(address instanceof InetSocketAddress inet)) {
      return address;
    }
    return new InetSocketAddress(
        inet.getAddress().isAnyLocalAddress()
            ? InetAddress.getLoopbackAddress()
            : inet.getAddress(),
        port);
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return Door.word(random);
  }

  Door door() {
    return door;
  }

  /** Returns the process. */
  long pid() {
    return pool.snapshot().workers().stream()
        .flatMapToLong(worker -> worker.pid().stream())
        .findFirst()
        .orElse(0);
  }

  /**
   * Returns words on why the server died, which follow "has died", and waits a little for them;
   * null: it did not, but was ended with its program.
   */
  @Nullable String obituary() {
    try {
      Object _ = serving.get(DIAGNOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      return "";
    } catch (ExecutionException e) {
      return e.getCause() instanceof WorkerDiedException died
          ? " (" + died.diagnosis().summary() + ")"
          : " (" + e.getCause() + ")";
    } catch (TimeoutException e) {
      return "";
    } catch (CancellationException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** Ends the process, politely first, and removes what it has left in the file system. */
  @Override
  public void close() {
    removeDoor();
    try {
      Object _ = serving.get(LEAVES_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | CancellationException e) {
      // it is dead, or does not listen: the pool ends it; or has, since the program ends
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pool.shutdownNow();
    pool.close();
    removeFiles();
    try {
      boolean _ = Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // the program ends, and the hook finds nothing
    }
  }

  private void removeDoor() {
    try {
      boolean _ = Files.deleteIfExists(Door.file(shared, door.manager()));
    } catch (IOException e) {
      // it is swept when this program has ended
    }
  }

  private void removeFiles() {
    removeDoor();
    try {
      if (door.address() instanceof UnixDomainSocketAddress unix) {
        boolean _ = Files.deleteIfExists(unix.getPath());
      }
    } catch (IOException e) {
      // it is swept when this program has ended
    }
    RunDirectory.deleteSharedIfEmpty();
  }
}
