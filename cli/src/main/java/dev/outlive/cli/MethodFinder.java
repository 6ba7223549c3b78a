package dev.outlive.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds the method to run before any worker is started, so that a wrong name is told at once.
 * Classes are loaded but not initialised: none of their code runs here.
 */
final class MethodFinder {
  private final ClassPath classPath;

  MethodFinder(ClassPath classPath) {
    this.classPath = classPath;
  }

  /**
   * Returns the method, or refuses one that cannot be called.
   *
   * @throws UsageException if there is no such class or no such method
   */
  MethodName require(MethodName wanted) {
    List<MethodName> found = candidates(List.of(wanted.className()));
    if (!found.contains(wanted)) {
      String others =
          found.isEmpty()
              ? "it has no public static method of one String"
              : "it has " + found.stream().map(MethodName::name).collect(Collectors.joining(", "));
      throw new UsageException(
          "class "
              + wanted.className()
              + " has no method public static ... "
              + wanted.name()
              + "(String); "
              + others);
    }
    return wanted;
  }

  /**
   * Returns the one public static method of one {@code String} that the classes have.
   *
   * @param source where they come from, for messages
   * @throws UsageException if there is none, or more than one
   */
  MethodName only(List<String> classNames, String source) {
    List<MethodName> found = candidates(classNames);
    return switch (found.size()) {
      case 0 ->
          throw new UsageException(
              source + " has no public static method that takes one String and nothing else");
      case 1 -> found.getFirst();
      default ->
          throw new UsageException(
              source
                  + " has "
                  + found.size()
                  + " public static methods of one String; choose one of them: "
                  + found.stream().map(name -> "--java " + name).collect(Collectors.joining(", ")));
    };
  }

  private List<MethodName> candidates(List<String> classNames) {
    List<MethodName> found = new ArrayList<>();
    try (URLClassLoader loader = classPath.open()) {
      for (String className : classNames) {
        for (Method method : Class.forName(className, false, loader).getDeclaredMethods()) {
          if (fits(method)) {
            found.add(new MethodName(className, method.getName()));
          }
        }
      }
    } catch (ClassNotFoundException e) {
      throw new UsageException(
          "class " + e.getMessage() + " is not on the class path " + classPath, e);
    } catch (LinkageError e) {
      throw new UsageException(
          "a class cannot be loaded from the class path " + classPath + ": " + e, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(java.util.Comparator.comparing(MethodName::toString));
    return found;
  }

  private static boolean fits(Method method) {
    int modifiers = method.getModifiers();
    return Modifier.isPublic(modifiers)
        && Modifier.isStatic(modifiers)
        && !method.isSynthetic()
        && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class});
  }
}
