package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.ClassFiles;
import dev.outlive.internal.protocol.OwnClasses;
import dev.outlive.os.NativeAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnJarTest {
  @TempDir Path directory;

  @Test
  void a_jar_that_is_made_of_the_classes_holds_all_of_them_and_what_they_read() throws Exception {
    Set<String> files = ClassFiles.beside(OwnClasses.class);
    files.addAll(ClassFiles.beside(NativeAccess.class));
    try (ZipFile jar = new ZipFile(OwnJar.write(directory.resolve("outlive.jar")).toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName)).containsExactlyInAnyOrderElementsOf(files);
    }
  }

  @Test
  void two_jars_of_the_same_classes_are_the_same_to_the_jvm() throws Exception {
    Path one = OwnJar.write(directory.resolve("outlive.jar"));
    Path two = OwnJar.write(directory.resolve("again.jar"));
    assertThat(two).hasSameBinaryContentAs(one);
    assertThat(Files.getLastModifiedTime(two)).isEqualTo(Files.getLastModifiedTime(one));
  }

  @Test
  void where_they_lie_in_directories_or_jars_of_their_own_nothing_is_written() throws Exception {
    assertThat(OwnJar.classPath(directory))
        .containsExactly(
            ClassFiles.home(OwnClasses.class).toString(),
            ClassFiles.home(NativeAccess.class).toString());
    assertThat(directory).isEmptyDirectory();
  }
}
