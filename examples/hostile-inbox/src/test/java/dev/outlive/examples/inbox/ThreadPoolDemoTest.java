package dev.outlive.examples.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a thread pool, told in a sentence. Budget: 20 s. */
class ThreadPoolDemoTest {
  private static final Duration PLENTY = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

  @Test
  void without_poison_all_documents_are_answered() throws Exception {
    inbox(60);

    assertThat(run(PLENTY))
        .isEqualTo(
            "the thread pool's JVM ended with exit code 0 after 60 of 60 documents;"
                + " 0 documents got no answer and no error");
    assertThat(progress.toString().lines()).containsExactly("thread pool: 50 documents done");
  }

  @Test
  void an_exception_is_reported_as_an_error() throws Exception {
    inbox(4, Poison.UNDECODABLE);

    assertThat(run(PLENTY))
        .isEqualTo(
            "the thread pool's JVM ended with exit code 0 after 5 of 5 documents,"
                + " 1 of them failed; 0 documents got no answer and no error");
  }

  @Test
  void a_call_of_exit_loses_the_rest_without_an_error() throws Exception {
    inbox(1000, Poison.EXIT);
    assertThat(run(PLENTY))
        .matches(
            "the thread pool's JVM ended with exit code 0 after \\d+ of 1001 documents;"
                + " [1-9]\\d* documents got no answer and no error");
  }

  @Test
  void a_crash_in_native_code_is_named() throws Exception {
    inbox(0, Poison.SEGV);
    assertThat(run(PLENTY))
        .startsWith(
            "the thread pool's JVM ended with exit code 134 (a crash in native code) after");
  }

  @Test
  void a_kill_is_named() throws Exception {
    inbox(0, Poison.KILL);
    assertThat(run(PLENTY))
        .startsWith("the thread pool's JVM ended with exit code 137 (kill -9) after 0 of 1");
  }

  @Test
  void two_hanging_documents_stop_everything() throws Exception {
    inbox(0, Poison.REGEX, Poison.LOOP, Poison.UNDECODABLE);
    assertThat(run(Duration.ofSeconds(3)))
        .isEqualTo(
            "the thread pool's JVM was killed at the limit of 3 s after 0 of 3"
                + " documents; 3 documents got no answer and no error");
  }

  private String run(Duration limit) throws IOException, InterruptedException {
    return ThreadPoolDemo.run(folder, limit, new PrintStream(progress, true));
  }

  /** Poisons first, then harmless text. */
  private void inbox(int good, Poison... poisons) throws IOException {
    List<Manifest.Entry> entries = new ArrayList<>();
    for (Poison poison : poisons) {
      String name = poison.word() + "." + poison.ending();
      Files.write(folder.resolve(name), poison.document());
      entries.add(Manifest.Entry.poisonous(name, poison));
    }
    for (int i = 0; i < good; i++) {
      Files.writeString(folder.resolve(i + ".txt"), "page " + i);
      entries.add(Manifest.Entry.good(i + ".txt", Extract.digestOfText("page " + i)));
    }
    new Manifest(entries).write(folder);
  }
}
