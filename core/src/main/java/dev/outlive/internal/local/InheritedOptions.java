package dev.outlive.internal.local;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The options of this JVM that its workers get: those that decide what its classes mean, and none
 * that decide about heap, collector, agents, debugging or logging. Two JVMs cannot share a debug
 * port.
 */
final class InheritedOptions {
  private static final List<String> INHERITED =
      List.of(
          "-D",
          "--enable-preview",
          "--add-",
          "-ea",
          "-da",
          "-esa",
          "-dsa",
          "-enableassertions",
          "-disableassertions",
          "-enablesystemassertions",
          "-disablesystemassertions");
  private static final List<String> NEVER_INHERITED =
      List.of("-Dcom.sun.management", "-Djava.io.tmpdir=", "-Djava.security.debug");

  /** Those of java(1) whose value may be the next word; then it is not the main class. */
  private static final Set<String> TAKES_A_VALUE =
      Set.of(
          "-cp",
          "-classpath",
          "--class-path",
          "-p",
          "--module-path",
          "--upgrade-module-path",
          "--limit-modules",
          "--patch-module",
          "--enable-native-access",
          "--source");

  private static final String ADD_MODULES = "--add-modules";

  private InheritedOptions() {}

  /** Returns those of this JVM's options that a worker with these modules gets. */
  static List<String> ofThisJvm(Predicate<String> hasModule) {
    List<String> own = ProcessHandle.current().info().arguments().map(List::of).orElse(List.of());
    return of(ArgumentFiles.expand(own), hasModule);
  }

  /**
   * Returns those of a JVM's arguments that its workers get, up to the main class.
   *
   * @param hasModule whether workers have a module of that name: what is said of others is left
   *     out, since a JVM does not start where {@code --add-modules} names one
   */
  static List<String> of(List<String> arguments, Predicate<String> hasModule) {
    List<String> options = new ArrayList<>();
    for (int i = 0; i < arguments.size() && arguments.get(i).startsWith("-"); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith("--module=")) {
        break;
      }
      boolean separate = TAKES_A_VALUE.contains(argument) || spaced(argument);
      if (separate && i + 1 == arguments.size()) {
        break;
      }
      String value = separate ? arguments.get(++i) : "";
      boolean wanted =
          INHERITED.stream().anyMatch(argument::startsWith)
              && NEVER_INHERITED.stream().noneMatch(argument::startsWith);
      if (wanted && spaced(argument)) {
        addOfModules(options, argument, value, hasModule);
      } else if (wanted && argument.startsWith("--add-")) {
        int equals = argument.indexOf('=');
        addOfModules(
            options, argument.substring(0, equals), argument.substring(equals + 1), hasModule);
      } else if (wanted) {
        options.add(argument);
      }
    }
    return options;
  }

  /** {@code --add-opens X} may be written in two words, {@code --add-opens=X} in one. */
  private static boolean spaced(String argument) {
    return argument.startsWith("--add-") && argument.indexOf('=') < 0;
  }

  private static void addOfModules(
      List<String> options, String option, String value, Predicate<String> hasModule) {
    String kept = value;
    if (option.equals(ADD_MODULES)) {
      kept =
          Arrays.stream(value.split(",", -1))
              .filter(name -> name.startsWith("ALL-") || hasModule.test(name))
              .collect(Collectors.joining(","));
    } else if (!hasModule.test(value.split("[/=]", 2)[0])) {
      kept = "";
    }
    if (!kept.isEmpty()) {
      options.add(option + '=' + kept);
    }
  }
}
