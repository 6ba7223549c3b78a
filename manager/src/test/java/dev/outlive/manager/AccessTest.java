package dev.outlive.manager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.internal.local.RunDirectory;
import dev.outlive.internal.wire.Door;
import dev.outlive.managed.ManagedValue;
import dev.outlive.managed.ManagerException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in, what he may send, and what somebody costs who may not. Budget: 30 s. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class AccessTest {
  private static final byte[] KEY = "sixteen bytes at least".getBytes(UTF_8);

  private static Manager manager;

  /** A class that is not the JDK's. */
  record Order(int number) implements Serializable {}

  @BeforeAll
  static void start() {
    manager = Manager.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), KEY);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static InetSocketAddress address() {
    return (InetSocketAddress) manager.address();
  }

  /** The manager answers as ever. */
  private static void assertThatItServes() {
    ManagedValue<Integer> value = manager.value(1);
    value.set(2);
    assertThat(value.get()).isEqualTo(2);
  }

  @Test
  void anotherProgramJoinsWithTheKey() throws Exception {
    List<String> list = manager.list();
    list.add("shared");
    assertThat(address().getPort()).isPositive();
    try (ProcessPool pool = ProcessPool.builder().workers(1).build()) {
      SocketAddress at = address();
      byte[] key = KEY.clone();
      // a worker stands for another program: it joins by address and key
      assertThat(
              pool.<Integer>call(
                  () -> {
                    try (Manager joined = Manager.connect(at, key)) {
                      List<String> own = joined.list();
                      own.add("x");
                      return own.size();
                    }
                  }))
          .isEqualTo(1);
      assertThat(pool.<List<String>>call(() -> list)).isEqualTo(list);
    }
  }

  @Test
  void whoHasAnotherKeyIsRefusedAndSoIsAShortOne() {
    byte[] wrong = "sixteen bytes, other ones".getBytes(UTF_8);
    assertThatThrownBy(() -> Manager.connect(address(), wrong))
        .isInstanceOf(ManagerException.class)
        .hasMessageContaining("cannot be joined")
        .hasMessageContaining("does not know the key, or has another one");
    assertThatThrownBy(() -> Manager.connect(address(), new byte[15]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key must have 16..1024 bytes, bytes=15");
    assertThatItServes();
  }

  @Test
  void whereNobodyListensSaysSo() throws Exception {
    InetSocketAddress nobody;
    try (java.net.ServerSocket socket =
        new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
    assertThatThrownBy(() -> Manager.connect(nobody, KEY))
        .isInstanceOf(ManagerException.class)
        .hasMessageContaining("no manager can be reached at");
  }

  @Test
  void functionsAreRefusedOverTcpUnlessAllowed() {
    ManagedValue<Integer> value = manager.value(1);
    assertThatThrownBy(() -> value.update(n -> n + 1))
        .isInstanceOf(ManagerException.class)
        .hasMessageContaining("allowFunctions(true)");
    assertThatThrownBy(() -> manager.create(Runnable.class, () -> () -> {}))
        .isInstanceOf(ManagerException.class)
        .hasMessageContaining("allowFunctions(true)");
    var map = manager.<String, Integer>map();
    map.merge("a", 1, Integer::sum);
    map.merge("a", 2, Integer::sum);
    assertThat(map).containsEntry("a", 3);
    try (Manager allowing =
        Manager.builder()
            .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), KEY)
            .allowFunctions(true)
            .start()) {
      assertThat(allowing.value(1).update(n -> n + 1)).isEqualTo(2);
    }
  }

  @Test
  void onlyAllowedTypesAreDecodedWhereFunctionsAreNot() {
    ManagedValue<Object> value = manager.value("x");
    assertThatThrownBy(() -> value.set(new Order(1)))
        .isInstanceOf(ManagerException.class)
        .hasMessageContaining("argument 1 of ManagedValue.set cannot be decoded")
        .hasMessageContaining(Order.class.getName())
        .hasMessageContaining(".allowTypes(");
    try (Manager allowing =
        Manager.builder()
            .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), KEY)
            .allowTypes(Order.class.getName())
            .start()) {
      ManagedValue<Order> order = allowing.value(new Order(1));
      assertThat(order.get()).isEqualTo(new Order(1));
    }
  }

  @Test
  void aMessageThatIsTooLargeIsRefusedBeforeItIsSentAndBeforeItIsReturned() {
    try (Manager small =
        Manager.builder().maxMessageBytes(new dev.outlive.task.Bytes(64 << 10)).start()) {
      ManagedValue<byte[]> value = small.value(new byte[1]);
      assertThatThrownBy(() -> value.set(new byte[100_000]))
          .isInstanceOf(ManagerException.class)
          .hasMessageContaining("a message may have 61,440 bytes")
          .hasMessageContaining("maxMessageBytes");
      List<byte[]> list = small.list();
      list.add(new byte[60_000]);
      list.add(new byte[60_000]);
      assertThatThrownBy(list::toArray)
          .isInstanceOf(ManagerException.class)
          .hasMessageContaining("a message may have 65,536 bytes");
      assertThat(list).hasSize(2);
    }
  }

  @Test
  void theSocketAndTheKeyAreInAPrivateDirectory() throws Exception {
    try (Manager local = Manager.start()) {
      assertThat(local.list()).isEmpty();
      Path shared = RunDirectory.shared();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)))
          .isEqualTo("rwx------");
      try (var files = Files.newDirectoryStream(shared, "*.door")) {
        for (Path door : files) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(door)))
              .isEqualTo("rw-------");
        }
      }
    }
    Door door = new Door("a", address(), KEY, false, List.of());
    assertThat(door.toString()).doesNotContain(new String(KEY, UTF_8)).doesNotContain("[B@");
    assertThat(ProcessHandle.of(manager.pid()).orElseThrow().info().commandLine().orElse(""))
        .doesNotContain(new String(KEY, UTF_8));
  }

  @Test
  void whereTheSocketsPathWouldBeTooLongItListensAtTheLoopbackWithAKey(@TempDir Path scratch)
      throws Exception {
    String usual = System.getProperty("java.io.tmpdir");
    Path deep = Files.createDirectories(scratch.resolve("a-path-of-a-usual-build-machine/target"));
    System.setProperty("java.io.tmpdir", deep.toString());
    try (Manager local = Manager.start();
        ProcessPool pool = ProcessPool.builder().workers(1).build()) {
      assertThat(local.address()).isInstanceOf(InetSocketAddress.class);
      List<Integer> list = local.list();
      pool.call(() -> list.add(1));
      assertThat(list).containsExactly(1);
    } finally {
      System.setProperty("java.io.tmpdir", usual);
    }
  }

  @Test
  void aSilentClientKeepsNobodyWaiting() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        silent.add(new Socket(address().getAddress(), address().getPort()));
      }
      assertThatItServes();
      Manager.connect(address(), KEY).close(); // who knows the key is let in all the same
      // and after the time for a handshake they are closed
      silent.getFirst().setSoTimeout(60_000);
      assertThat(silent.getFirst().getInputStream().read()).isEqualTo(-1);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void aSlowClientIsEndedByTheSameLimit() throws Exception {
    try (Socket slow = new Socket(address().getAddress(), address().getPort())) {
      OutputStream out = slow.getOutputStream();
      slow.setSoTimeout(20);
      InputStream in = slow.getInputStream();
      byte[] magic = {0x4F, 0x4C, 1, 1, 0, 0, 0, 40};
      boolean ended = false;
      for (int i = 0; !ended && i < 2_000; i++) {
        try {
          out.write(magic[i % magic.length]);
          ended = in.read() == -1;
        } catch (java.net.SocketTimeoutException e) {
          // still listened to
        } catch (java.io.IOException e) {
          ended = true;
        }
      }
      assertThat(ended).isTrue();
    }
    assertThatItServes();
  }

  @Test
  void garbageAndHugeLengthsCostOneConnection() throws Exception {
    Random random = new Random(42);
    for (int i = 0; i < 40; i++) {
      try (Socket rogue = new Socket(address().getAddress(), address().getPort())) {
        byte[] garbage = new byte[1 + random.nextInt(4_000)];
        random.nextBytes(garbage);
        if (i % 2 == 0) {
          ByteBuffer.wrap(garbage.length < 16 ? garbage = new byte[16] : garbage)
              .putShort((short) 0x4F4C)
              .put((byte) 1)
              .put((byte) 1)
              .putInt(Integer.MAX_VALUE);
        }
        rogue.getOutputStream().write(garbage);
        rogue.shutdownOutput();
        rogue.setSoTimeout(30_000);
        try {
          assertThat(rogue.getInputStream().readAllBytes()).hasSizeLessThan(4_096);
        } catch (java.net.SocketException e) {
          // reset: it was not even read to its end
        }
      }
    }
    assertThatItServes();
  }

  @Test
  void twoHundredConnectionsASecondCostNobodyElseACall() throws Exception {
    ManagedValue<Integer> value = manager.value(0);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    int made = 0;
    for (int i = 0; i < 400; i++) {
      try (Socket socket = new Socket(address().getAddress(), address().getPort())) {
        socket.getOutputStream().write(new byte[64]);
        made++;
      }
      value.set(i);
      assertThat(value.get()).isEqualTo(i);
    }
    System.out.println(
        made
            + " rogue connections "
            + (System.nanoTime() < end ? "within" : "in more than")
            + " 2 s");
    assertThat(made).isEqualTo(400);
  }
}
