package dev.outlive.systemtests.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.os.NativeAccess;
import dev.outlive.systemtests.serve.nested.NestedLauncher;
import dev.outlive.systemtests.serve.nested.NestedLoader;
import dev.outlive.systemtests.serve.nested.NestedProgram;
import dev.outlive.testkit.NoLeaks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A program in a jar of jars, Outlive among them, as Spring Boot packs it. Budget: 10 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class NestedJarTest {
  @TempDir Path directory;

  @Test
  void tasks_run_though_outlive_itself_lies_in_a_jar_within_the_jar() throws Exception {
    Path jar = pack();
    List<String> options = new ArrayList<>(Launched.nativeAccess("ALL-UNNAMED"));
    Path quiet = directory.resolve("logging.properties");
    Files.writeString(quiet, ".level = SEVERE\n");
    options.add("-Djava.util.logging.config.file=" + quiet);
    assertThat(Launched.run(directory, options, "-jar", jar.toString()).lines())
        .containsExactly(
            "NestedLoader",
            "[Answer[text=a, withContext=true], Answer[text=b, withContext=true]]",
            "provided",
            "Refusal refused",
            "UndecodableException outlive's own "
                + NestedProgram.class.getName()
                + "$Refusal: cause",
            "HALT",
            "inner");
  }

  private Path pack() throws Exception {
    Path jar = directory.resolve("app.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, NestedLauncher.class.getName());
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      addClasses(out, "", NestedLauncher.class, NestedLoader.class);
      addClasses(out, "BOOT-INF/classes/", NestedProgram.class);
      add(
          out,
          "BOOT-INF/classes/META-INF/services/" + Supplier.class.getName(),
          NestedProgram.Provider.class.getName().getBytes());
      add(out, "BOOT-INF/lib/outlive.jar", jarOf(SourceProgramTest.place(ProcessPool.class)));
      add(out, "BOOT-INF/lib/outlive-os.jar", jarOf(SourceProgramTest.place(NativeAccess.class)));
    }
    return jar;
  }

  /** With the classes within each. */
  private static void addClasses(JarOutputStream out, String prefix, Class<?>... types)
      throws Exception {
    for (Class<?> type : types) {
      String name = type.getName().replace('.', '/');
      Path home = SourceProgramTest.place(type).resolve(name).getParent();
      try (Stream<Path> files = Files.list(home)) {
        for (Path file : files.toList()) {
          String simple = file.getFileName().toString();
          if (simple.matches(type.getSimpleName() + "(\\$.*)?\\.class")) {
            String folder = name.substring(0, name.lastIndexOf('/') + 1);
            add(out, prefix + folder + simple, Files.readAllBytes(file));
          }
        }
      }
    }
  }

  private static void add(JarOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new ZipEntry(name));
    out.write(bytes);
    out.closeEntry();
  }

  /** A jar as it is, or a directory of classes as one. */
  private static byte[] jarOf(Path place) throws IOException {
    if (Files.isRegularFile(place)) {
      return Files.readAllBytes(place);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream out = new JarOutputStream(bytes);
        Stream<Path> files = Files.walk(place)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          add(out, place.relativize(file).toString(), in.readAllBytes());
        }
      }
    }
    return bytes.toByteArray();
  }
}
