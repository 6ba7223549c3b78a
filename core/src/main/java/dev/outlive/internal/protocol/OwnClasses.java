package dev.outlive.internal.protocol;

import dev.outlive.os.NativeAccess;
import java.util.Objects;
import java.util.Set;

/**
 * The classes of the core and of os, which each worker has of its own: they are the same on both
 * sides, whichever loader defined them here.
 */
public final class OwnClasses {
  /** All packages of the two; {@code OwnClassesTest} holds them against the class files. */
  public static final Set<String> PACKAGES =
      Set.of(
          "dev.outlive",
          "dev.outlive.failure",
          "dev.outlive.internal.diagnosis",
          "dev.outlive.internal.flight",
          "dev.outlive.internal.local",
          "dev.outlive.internal.pool",
          "dev.outlive.internal.protocol",
          "dev.outlive.internal.worker",
          "dev.outlive.monitor",
          "dev.outlive.os",
          "dev.outlive.policy",
          "dev.outlive.spi",
          "dev.outlive.task");

  private OwnClasses() {}

  /** Returns whether the class is one of them. */
  public static boolean contains(Class<?> type) {
    return PACKAGES.contains(type.getPackageName())
        && (definedAs(OwnClasses.class, type) || definedAs(NativeAccess.class, type));
  }

  private static boolean definedAs(Class<?> own, Class<?> type) {
    return Objects.equals(own.getClassLoader(), type.getClassLoader());
  }

  private static boolean containsName(String name) {
    int end = name.startsWith("dev.outlive.") ? name.lastIndexOf('.') : -1;
    return end > 0 && PACKAGES.contains(name.substring(0, end));
  }

  /** Returns the class of that name where it is one of theirs, or else that of the application. */
  public static Class<?> find(String name) throws ClassNotFoundException {
    ClassLoader loader =
        containsName(name) ? OwnClasses.class.getClassLoader() : ClassLoader.getSystemClassLoader();
    return Class.forName(name, false, loader);
  }
}
