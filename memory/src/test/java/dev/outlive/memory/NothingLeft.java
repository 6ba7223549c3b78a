package dev.outlive.memory;

import dev.outlive.os.OwnProcess;
import dev.outlive.os.Program;
import dev.outlive.os.Segments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test that leaves a segment, or a process, behind. */
final class NothingLeft implements AfterEachCallback {
  @Override
  public void afterEach(ExtensionContext context) {
    Await.until("nothing is left", () -> what().isEmpty(), () -> what().toString());
  }

  private static List<String> what() {
    List<String> found = new ArrayList<>();
    ProcessHandle.current().children().forEach(child -> found.add("process " + child.pid()));
    OwnProcess.descriptors().stream().filter(d -> d.contains(Segments.PREFIX)).forEach(found::add);
    OwnProcess.mappings().stream().filter(m -> m.contains(Segments.PREFIX)).forEach(found::add);
    found.addAll(files());
    return found;
  }

  static List<String> files() {
    try (Stream<java.nio.file.Path> files = Files.list(Program.directory())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(Segments.PREFIX))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
