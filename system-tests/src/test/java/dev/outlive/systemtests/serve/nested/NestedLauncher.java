package dev.outlive.systemtests.serve.nested;

import java.nio.file.Path;

/** The main class of the outer jar: all that lies on the class path. */
public final class NestedLauncher {
  private NestedLauncher() {}

  public static void main(String[] args) throws Exception {
    Path jar = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
    ClassLoader loader = new NestedLoader(jar, NestedLauncher.class.getClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    loader
        .loadClass("dev.outlive.systemtests.serve.nested.NestedProgram")
        .getMethod("main", String[].class)
        .invoke(null, (Object) args);
  }
}
