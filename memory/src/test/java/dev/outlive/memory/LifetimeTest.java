package dev.outlive.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outlive.os.NativeAccess;
import dev.outlive.os.OwnProcess;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.Program;
import dev.outlive.os.Segments;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** How long segments live, whoever dies first. Budget: 20 s. */
@ExtendWith(NothingLeft.class)
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class LifetimeTest {

  @Test
  void within_one_process_a_segment_is_one_object() {
    try (SharedLong value = SharedLong.create(1)) {
      assertThat(Wire.object(Wire.text(value))).isSameAs(value);
      assertThat(Wire.object(Wire.text(List.of(value, value)))).isEqualTo(List.of(value, value));
    }
  }

  @Test
  void what_nobody_was_told_of_goes_with_the_last_reference() {
    SharedLong value = SharedLong.create(1);
    assertThat(value.get()).isEqualTo(1);
    value = null;
    untilUnmapped();
    Await.until(
        "its descriptor is closed",
        () -> OwnProcess.descriptors().stream().noneMatch(d -> d.contains(Segments.PREFIX)));
  }

  private static void untilUnmapped() {
    Await.until(
        "the cleaner has come",
        () -> {
          System.gc();
          return OwnProcess.mappings().stream().noneMatch(m -> m.contains(Segments.PREFIX));
        });
  }

  @Test
  void a_lock_on_a_file_costs_a_descriptor_only_where_it_is_used() throws Exception {
    try (Child maker = Child.program(false, Map.of(), "make", "7")) {
      String word = maker.line();
      assertThat(((SharedLong) Wire.object(word)).get()).isEqualTo(7);
      assertThat(OwnProcess.descriptors()).noneMatch(d -> d.contains(Segments.PREFIX));
      untilUnmapped();

      ((SharedLong) Wire.object(word)).mutex().lock();
      System.gc();
      assertThat(OwnProcess.descriptors()).anyMatch(d -> d.contains(Segments.PREFIX));
      SharedLong value = (SharedLong) Wire.object(word);
      assertThat(value.mutex().isHeldByCurrentThread()).isTrue();
      value.mutex().unlock();
      value.close();
      assertThat(OwnProcess.descriptors()).noneMatch(d -> d.contains(Segments.PREFIX));

      SharedLong late = (SharedLong) Wire.object(word);
      maker.goOn();
      assertThat(maker.end()).isZero();
      assertThatThrownBy(late.mutex()::lock).isInstanceOf(SharedMemoryException.class);
      assertThat(late.get()).isEqualTo(7);
      late.close();
    }
  }

  @Test
  void what_others_know_of_stays_for_them_though_its_maker_has_lost_it() throws Exception {
    String word = Wire.text(SharedLong.create(42));
    untilUnmapped();
    try (Child child = Child.program("see", word)) {
      assertThat(child.line()).isEqualTo("sees 42");
    }
    ((SharedLong) Wire.object(word)).close();
    assertThatThrownBy(() -> Wire.object(word))
        .isInstanceOf(SharedMemoryException.class)
        .hasMessageContaining("was closed by its maker, process " + ProcessHandle.current().pid());
  }

  @Test
  void who_has_it_keeps_it_when_its_maker_closes_it_and_who_has_not_is_told() throws Exception {
    SharedLong value = SharedLong.create(1);
    String word = Wire.text(value);
    try (Child child = Child.program("see", word)) {
      assertThat(child.line()).isEqualTo("sees 1");
      value.set(2);
      value.close();
      child.goOn();
      assertThat(child.line()).isEqualTo("sees 2");
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> Wire.text(value))
        .withMessageContaining("SharedLong")
        .withMessageContaining("is closed");
  }

  @Test
  void a_program_that_is_killed_leaves_its_memory_to_who_has_it_and_no_other() throws Exception {
    String word;
    long pid;
    try (Child maker = Child.program("make", "7")) {
      word = maker.line();
      pid = maker.pid();
      SharedLong value = (SharedLong) Wire.object(word);
      assertThat(value.get()).isEqualTo(7);
      maker.kill();
      int _ = maker.end();
      assertThat(value.incrementAndGet()).isEqualTo(8);
      value.close();
    }
    if (NativeAccess.enabled()) {
      assertThatThrownBy(() -> Wire.object(word))
          .isInstanceOf(SharedMemoryException.class)
          .hasMessageContaining("its maker, process " + pid + ", has ended");
    }
    sweep();
  }

  @Test
  void what_a_worker_makes_outlives_it_and_ends_with_close_in_its_program() throws Exception {
    String word;
    try (Child maker = Child.worker("make", "7")) {
      word = maker.line();
      maker.kill();
      int _ = maker.end();
    }
    SharedLong value = (SharedLong) Wire.object(word);
    assertThat(value.get()).isEqualTo(7);
    try (Child other = Child.worker("see", word)) {
      assertThat(other.line()).isEqualTo("sees 7");
    }
    value.mutex().lock();
    value.mutex().unlock();
    value.close();
    assertThat(NothingLeft.files()).isEmpty();
    assertThatThrownBy(() -> Wire.object(word)).isInstanceOf(SharedMemoryException.class);
  }

  @Test
  void what_a_worker_closes_is_gone() throws Exception {
    try (Child maker = Child.worker("make", "7")) {
      String word = maker.line();
      maker.goOn();
      int _ = maker.end();
      assertThatThrownBy(() -> Wire.object(word)).isInstanceOf(SharedMemoryException.class);
    }
  }

  @Test
  void when_everybody_is_killed_the_next_program_sweeps() throws Exception {
    try (Child named = Child.program("makeNamed", "swept");
        Child maker = Child.program("make", "1")) {
      String _ = named.line();
      String _ = maker.line();
      ProcessIdentity process = ProcessIdentity.of(named.pid()).orElseThrow();
      assertThat(NothingLeft.files())
          .hasSizeGreaterThanOrEqualTo(2)
          .as("the name of a process is not used twice")
          .anyMatch(file -> file.endsWith("-" + process.token() + "-1"));
      named.kill();
      maker.kill();
    }
    assertThat(NothingLeft.files()).isNotEmpty();
    assertThatThrownBy(() -> SharedMemory.open("unswept"))
        .isInstanceOf(SharedMemoryException.class);
    sweep();
    assertThat(NothingLeft.files()).isEmpty();
    assertThatThrownBy(() -> SharedMemory.open("swept")).isInstanceOf(SharedMemoryException.class);
  }

  /** Another program makes its first segment. */
  private static void sweep() throws Exception {
    try (Child next = Child.program("fill", "1")) {
      assertThat(next.line()).isEqualTo("made 1");
      assertThat(next.end()).isZero();
    }
  }

  @Test
  void a_name_is_found_by_others_and_taken_until_it_is_closed() throws Exception {
    try (SharedMemory memory = SharedMemory.create("known", 100)) {
      MemorySegment segment = memory.segment();
      assertThat(segment.byteSize()).isEqualTo(100);
      assertThat(memory.bytes()).isEqualTo(100);
      segment.set(ValueLayout.JAVA_LONG, 8, 4711);
      assertThat(SharedMemory.open("known")).isSameAs(memory);
      assertThat(Wire.object(Wire.text(memory))).isSameAs(memory);
      assertThatThrownBy(() -> SharedMemory.create("known", 1))
          .isInstanceOf(SharedMemoryException.class)
          .hasMessageContaining("\"known\" already");
      memory.mutex().lock();
      assertThat(SharedMemory.open("known")).isSameAs(memory);
      memory.mutex().unlock();
      memory.close();
      assertThatIllegalStateException().isThrownBy(memory::segment);
      assertThatIllegalStateException().isThrownBy(() -> segment.get(ValueLayout.JAVA_LONG, 8));
    }
    assertThatThrownBy(() -> SharedMemory.open("known"))
        .isInstanceOf(SharedMemoryException.class)
        .hasMessageContaining("there is no SharedMemory \"known\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SharedMemory.create("../x", 1))
        .withMessageContaining("../x");
    try (Child other = Child.program("makeNamed", "theirs")) {
      String _ = other.line();
      SharedMemory theirs = SharedMemory.open("theirs");
      other.kill();
      int _ = other.end();
      theirs.segment().set(ValueLayout.JAVA_LONG, 0, 1);
      theirs.close();
    }
    sweep();
  }

  @Test
  void memory_that_came_as_an_argument_is_what_its_name_finds() throws Exception {
    try (Child maker = Child.program("makeNamed", "both")) {
      SharedMemory argument = (SharedMemory) Wire.object(maker.line());
      argument.mutex().lock();
      assertThat(SharedMemory.open("both")).isSameAs(argument);
      try (Child other = Child.program("tryLock", Wire.text(argument))) {
        assertThat(other.line()).isEqualTo("false");
      }
      argument.mutex().unlock();
      argument.close();
      maker.goOn();
      assertThat(maker.end()).isZero();
    }
  }

  @Test
  void a_lock_on_a_file_that_is_held_outlasts_that_another_thread_closes_it() throws Exception {
    try (Child maker = Child.program(false, Map.of(), "make", "7")) {
      String word = maker.line();
      SharedLong value = (SharedLong) Wire.object(word);
      value.mutex().lock();
      value.close();
      assertThatThrownBy(() -> Wire.object(word))
          .isInstanceOf(SharedMemoryException.class)
          .hasMessageContaining("still holds its lock");
      try (Child other = Child.program("tryLock", word)) {
        assertThat(other.line()).isEqualTo("false");
      }
      value.mutex().unlock();
      try (SharedLong again = (SharedLong) Wire.object(word)) {
        assertThat(again.mutex().tryLock()).isTrue();
        again.mutex().unlock();
      }
      maker.goOn();
      assertThat(maker.end()).isZero();
    }
  }

  @Test
  void a_thread_that_is_interrupted_makes_finds_and_locks_all_the_same() throws Exception {
    try (Child maker = Child.program(false, Map.of(), "make", "7");
        Child named = Child.program("makeNamed", "undisturbed")) {
      String word = maker.line();
      String _ = named.line();
      Thread.currentThread().interrupt();
      try (SharedLong made = SharedLong.create(1);
          SharedLong found = (SharedLong) Wire.object(word);
          SharedMemory opened = SharedMemory.open("undisturbed")) {
        found.mutex().lock();
        found.mutex().unlock();
        assertThat(made.get() + found.get() + opened.bytes()).isEqualTo(16);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      maker.goOn();
      named.goOn();
      assertThat(maker.end() + named.end()).isZero();
    }
  }

  /** Only root may give a file away. */
  @Test
  void a_file_of_another_user_is_refused() throws Exception {
    try (Child maker = Child.program("makeNamed", "stranger")) {
      String word = maker.line();
      Path file = Program.directory().resolve(SegmentFiles.secondName("stranger"));
      assumeTrue(Files.getAttribute(file, "unix:uid").equals(0));
      Object _ = Files.setAttribute(file, "unix:uid", 4711);
      assertThatThrownBy(() -> SharedMemory.open("stranger"))
          .isInstanceOf(SharedMemoryException.class)
          .hasMessageContaining("another user's");
      assertThatThrownBy(() -> Wire.object(word))
          .isInstanceOf(SharedMemoryException.class)
          .hasMessageContaining("is of another user");
      maker.goOn();
      assertThat(maker.end()).isZero();
    }
  }

  @Test
  void without_native_access_a_lock_made_with_it_is_refused_and_the_data_is_there()
      throws Exception {
    List<String> said = new ArrayList<>();
    try (SharedLong value = SharedLong.create(3);
        Child plain = Child.program(false, Map.of(), "lock", Wire.text(value))) {
      said.add(plain.line());
      said.add(plain.line());
    }
    assertThat(said.getFirst()).isEqualTo("sees 3");
    if (NativeAccess.enabled()) {
      assertThat(said.getLast()).contains("--enable-native-access=ALL-UNNAMED");
    } else {
      assertThat(said.getLast()).isEqualTo("held");
    }
  }

  @Test
  void another_program_that_closes_it_ends_only_its_own_use() throws Exception {
    try (SharedLong value = SharedLong.create(5);
        SharedMemory named = SharedMemory.create("ours", 8)) {
      String word = Wire.text(value);
      for (int i = 0; i < 2; i++) {
        try (Child other = Child.program("close", word, "ours")) {
          assertThat(other.line()).isEqualTo("closed");
          assertThat(other.end()).isZero();
        }
      }
      try (Child other = Child.program("see", word)) {
        assertThat(other.line()).isEqualTo("sees 5");
      }
      assertThat(named.segment().byteSize()).isEqualTo(8);
    }
  }

  @Test
  void with_native_access_and_without_it_is_quiet() throws Exception {
    for (boolean nativeAccess : new boolean[] {false, true}) {
      try (Child child = Child.heard(nativeAccess, "all", "quiet")) {
        assertThat(child.line()).isEqualTo("done false");
        assertThat(child.errors()).isEmpty();
        assertThat(child.end()).isZero();
      }
    }
  }
}
