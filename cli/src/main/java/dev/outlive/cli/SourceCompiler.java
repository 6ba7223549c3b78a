package dev.outlive.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outlive.ProcessPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles one source file into a directory. */
final class SourceCompiler {
  private static final int MOST_ERRORS = 20;
  private static final String CLASS = ".class";

  private SourceCompiler() {}

  /**
   * Compiles the file, which may use Outlive's own classes beside those of the class path.
   *
   * @param into an empty directory, which gets the classes
   * @return the binary names of its top-level classes
   * @throws UsageException if it cannot be read or compiled; with file, line and reason
   */
  static List<String> compile(Path source, ClassPath classPath, Path into) {
    if (!Files.isRegularFile(source) || !Files.isReadable(source)) {
      throw new UsageException("the source file " + source + " cannot be read");
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new UsageException(
          "--source needs a JDK, " + System.getProperty("java.home") + " has no compiler");
    }
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(problems, Locale.ROOT, UTF_8)) {
      List<String> options =
          List.of(
              "-d",
              into.toString(),
              "-cp",
              classPath.after(ClassPath.homeOf(ProcessPool.class)).toString(),
              "-proc:none",
              "-nowarn",
              "-g",
              "-encoding",
              "UTF-8");
      boolean compiled =
          compiler
              .getTask(null, files, problems, options, null, files.getJavaFileObjects(source))
              .call();
      if (!compiled) {
        throw new UsageException(errors(source, problems));
      }
      return topLevelClasses(into);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String errors(Path source, DiagnosticCollector<JavaFileObject> problems) {
    String lines =
        problems.getDiagnostics().stream()
            .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
            .limit(MOST_ERRORS)
            .map(problem -> line(source, problem))
            .collect(Collectors.joining("\n"));
    return source + " does not compile\n" + lines;
  }

  private static String line(Path source, Diagnostic<? extends JavaFileObject> problem) {
    String place =
        problem.getLineNumber() == Diagnostic.NOPOS
            ? source.toString()
            : source + ":" + problem.getLineNumber();
    return place + ": error: " + problem.getMessage(Locale.ROOT);
  }

  private static List<String> topLevelClasses(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .map(file -> directory.relativize(file).toString())
          .filter(name -> name.endsWith(CLASS) && name.indexOf('$') < 0)
          .map(name -> name.substring(0, name.length() - CLASS.length()).replace('/', '.'))
          .sorted()
          .toList();
    }
  }
}
