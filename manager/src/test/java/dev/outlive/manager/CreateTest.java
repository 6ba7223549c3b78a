package dev.outlive.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.managed.ByReference;
import dev.outlive.managed.ManagerException;
import java.io.IOException;
import java.io.NotSerializableException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Objects of the user's own, behind proxies of their interfaces. Budget: 15 s. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class CreateTest {
  private static Manager manager;
  private static ProcessPool pool;

  @BeforeAll
  static void start() {
    manager = Manager.start();
    pool = ProcessPool.builder().workers(2).build();
  }

  @AfterAll
  static void close() {
    pool.close();
    manager.close();
  }

  /** What a user might have: overloaded, generic, default, blocking and failing methods. */
  interface Bank {
    long balance();

    void add(int amount);

    void add(String amount);

    <T extends Comparable<T>> T greatest(List<T> of);

    default long twice() {
      return 2 * balance();
    }

    void awaitBalance(long amount) throws InterruptedException;

    void fail(String how) throws IOException;

    long pid();

    @ByReference
    Bank branch(String name);

    Bank self();

    List<String> names(String... more);

    Object strange();
  }

  static class OneBank implements Bank {
    private long balance;
    private final Map<String, Bank> branches = new HashMap<>();

    @Override
    public synchronized long balance() {
      return balance;
    }

    @Override
    public synchronized void add(int amount) {
      balance += amount;
      notifyAll();
    }

    @Override
    public void add(String amount) {
      add(Integer.parseInt(amount));
    }

    @Override
    public <T extends Comparable<T>> T greatest(List<T> of) {
      return of.stream().max(Comparable::compareTo).orElseThrow();
    }

    @Override
    public synchronized void awaitBalance(long amount) throws InterruptedException {
      while (balance < amount) {
        wait();
      }
    }

    @Override
    public void fail(String how) throws IOException {
      if (how.equals("checked")) {
        throw new IOException("no connection", new IllegalStateException("the cause"));
      }
      throw how.equals("strange")
          ? new Unserialisable(new Object())
          : new IllegalArgumentException("how=" + how);
    }

    @Override
    public long pid() {
      return ProcessHandle.current().pid();
    }

    @Override
    public synchronized Bank branch(String name) {
      return branches.computeIfAbsent(name, _ -> new OneBank());
    }

    @Override
    public Bank self() {
      return this;
    }

    @Override
    public List<String> names(String... more) {
      List<String> names = new ArrayList<>(branches.keySet());
      names.addAll(List.of(more));
      return names;
    }

    @Override
    public Object strange() {
      return new Object();
    }
  }

  static class Unserialisable extends IllegalStateException {
    private static final long serialVersionUID = 1;
    final Object thing;

    Unserialisable(Object thing) {
      super("cannot travel");
      this.thing = thing;
    }
  }

  private static Bank bank() {
    return manager.create(Bank.class, OneBank::new);
  }

  @Test
  void overloadedGenericAndDefaultMethodsAreCalledInTheServer() {
    Bank bank = bank();
    bank.add(20);
    bank.add("22");
    assertThat(bank.balance()).isEqualTo(42);
    assertThat(bank.twice()).isEqualTo(84);
    assertThat(bank.<String>greatest(List.of("a", "c", "b"))).isEqualTo("c");
    assertThat(bank.names("x", "y")).containsExactly("x", "y");
    assertThat(bank.pid()).isEqualTo(manager.pid()).isNotEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void itIsOneObjectForAllProcesses() throws Exception {
    Bank bank = bank();
    pool.forEach(bank::add, List.of(1, 2, 3, 4, 5, 6));
    assertThat(bank.balance()).isEqualTo(21);
    Bank back = pool.call(() -> bank);
    assertThat(back).isEqualTo(bank).hasSameHashCodeAs(bank).isSameAs(bank);
    assertThat(bank).isNotEqualTo(bank());
  }

  @Test
  void aBlockingMethodWaitsInTheServerAndIsInterruptedThere() throws Exception {
    Bank bank = bank();
    FutureTask<Boolean> waits = new FutureTask<>(() -> awaits(bank, 10));
    Thread.ofPlatform().daemon().start(waits);
    bank.add(10);
    assertThat(waits.get()).isTrue();

    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<Boolean> interrupted =
        new FutureTask<>(
            () -> {
              begun.countDown();
              return awaits(bank, 1_000);
            });
    Thread thread = Thread.ofPlatform().daemon().start(interrupted);
    begun.await();
    thread.interrupt();
    assertThatThrownBy(interrupted::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(bank.balance()).isEqualTo(10);
  }

  private static boolean awaits(Bank bank, long amount) throws InterruptedException {
    bank.awaitBalance(amount);
    return true;
  }

  @Test
  void anExceptionHasItsTypeItsCauseAndTheFramesOfBothSides() {
    assertThatThrownBy(() -> bank().fail("checked"))
        .isInstanceOf(IOException.class)
        .hasMessage("no connection")
        .hasCauseInstanceOf(IllegalStateException.class)
        .satisfies(
            error -> {
              List<String> methods = new ArrayList<>();
              for (StackTraceElement frame : error.getStackTrace()) {
                methods.add(frame.getClassName() + "." + frame.getMethodName());
              }
              int remote = methods.indexOf(OneBank.class.getName() + ".fail");
              int border = methods.indexOf("in the manager's server.called from here");
              assertThat(remote).isZero();
              assertThat(border).isGreaterThan(remote);
              assertThat(methods.subList(border, methods.size()))
                  .anyMatch(method -> method.startsWith(CreateTest.class.getName()));
            });
    assertThatThrownBy(() -> bank().fail("?"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("how=?");
  }

  @Test
  void anExceptionThatCannotTravelArrivesAsACopy() {
    assertThatThrownBy(() -> bank().fail("strange"))
        .isInstanceOf(ManagerException.class)
        .hasMessageContaining("Bank.fail threw an exception that cannot travel")
        .hasMessageContaining("Unserialisable: cannot travel");
  }

  @Test
  void aResultThatCannotTravelIsThatCallsFailure() {
    Bank bank = bank();
    assertThatThrownBy(bank::strange)
        .isInstanceOf(ManagerException.class)
        .hasMessageContaining("what Bank.strange returned cannot travel")
        .hasCauseInstanceOf(NotSerializableException.class);
    assertThat(bank.balance()).isZero();
  }

  @Test
  void managedObjectsAreReturnedAsProxies() throws Exception {
    Bank bank = bank();
    Bank branch = bank.branch("north");
    branch.add(7);
    assertThat(bank.branch("north").balance()).isEqualTo(7);
    assertThat(bank.branch("north")).isEqualTo(branch);
    assertThat(bank.branch("south").balance()).isZero();
    assertThat(bank.self()).isSameAs(bank);
    assertThat(pool.<Long>call(() -> bank.branch("north").balance())).isEqualTo(7);
  }

  @Test
  void whatIsNoInterfaceAndWhatTheFactoryCannotMakeIsRefused() {
    assertThatThrownBy(() -> manager.create(OneBank.class, OneBank::new))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("type must be an interface, type=" + OneBank.class.getName());
    assertThatThrownBy(() -> manager.create(List.class, ArrayList::new))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use the manager's own list()");
    assertThatThrownBy(
            () ->
                manager.create(
                    Bank.class,
                    () -> {
                      throw new IOException("no database");
                    }))
        .isInstanceOf(ManagerException.class)
        .hasMessageContaining("the factory of a managed Bank failed")
        .hasMessageContaining("no database");
    assertThatThrownBy(() -> manager.create(Bank.class, () -> null))
        .isInstanceOf(ManagerException.class)
        .hasMessageContaining("the factory has made null");
  }

  @Test
  void toStringIsThatOfTheObjectAndNeverFails() {
    assertThat(bank().toString()).contains("OneBank@");
    try (Manager other = Manager.start()) {
      Bank bank = other.create(Bank.class, OneBank::new);
      other.close();
      assertThat(bank.toString()).contains("Bank 1 of manager").contains("not reachable");
    }
  }

  @Test
  void theServerIsAJvmOfItsOwn() {
    assertThat(ManagementFactory.getRuntimeMXBean().getPid()).isNotEqualTo(manager.pid());
    assertThat(manager.toString()).startsWith("manager ").doesNotContain("key");
  }
}
