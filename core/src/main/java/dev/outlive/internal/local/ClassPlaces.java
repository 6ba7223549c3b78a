package dev.outlive.internal.local;

import dev.outlive.internal.protocol.WorkerArguments;
import dev.outlive.os.NativeAccess;
import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where workers find classes of their own: on a class path and, if this program has modules, on its
 * module path too, so that what is a module here is one there. What comes from other loaders they
 * get from this process.
 *
 * @param own those of Outlive's own classes, which come first on the class path; empty: they are on
 *     the module path
 * @param classPath the entries of the class path
 * @param modulePath the module path; empty: no modules
 * @param modules the names of this program's modules, without the JDK's
 * @param withNativeAccess those of them that may call native code
 * @param main what stands for the main class on the command line
 */
record ClassPlaces(
    List<String> own,
    List<String> classPath,
    String modulePath,
    Set<String> modules,
    Set<String> withNativeAccess,
    List<String> main) {

  /**
   * Returns those of this program's workers.
   *
   * @param given the class path that the user has set; empty: this program's
   * @param directory where Outlive's classes may be written to, if they lie in no jar of their own
   */
  static ClassPlaces of(List<Path> given, Path directory) throws IOException {
    Set<String> modules = given.isEmpty() ? ownModules() : Set.of();
    Module outlive = WorkerArguments.class.getModule();
    boolean named = outlive.isNamed() && modules.contains(outlive.getName());
    List<String> own = named ? List.of() : OwnJar.classPath(directory);
    Set<String> entries = new LinkedHashSet<>(own);
    if (given.isEmpty()) {
      addAll(entries, System.getProperty("java.class.path", ""));
    } else {
      given.forEach(path -> entries.add(path.toAbsolutePath().toString()));
    }
    Set<String> modulePath = new LinkedHashSet<>();
    if (!modules.isEmpty()) {
      addAll(modulePath, System.getProperty("jdk.module.path", ""));
    }
    return new ClassPlaces(
        own,
        List.copyOf(entries),
        String.join(File.pathSeparator, modulePath),
        modules,
        nativeModules(modules),
        named
            ? List.of("-m", outlive.getName() + "/" + WorkerArguments.MAIN_CLASS)
            : List.of(WorkerArguments.MAIN_CLASS));
  }

  /** The modules of this program that are not the JDK's, also where one image holds them all. */
  private static Set<String> ownModules() {
    ModuleLayer boot = ModuleLayer.boot();
    return boot.configuration().modules().stream()
        .filter(module -> !inImage(module) || ofApplication(boot, module.name()))
        .map(ResolvedModule::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean inImage(ResolvedModule module) {
    return module.reference().location().stream()
        .anyMatch(place -> place.getScheme().equals("jrt"));
  }

  private static boolean ofApplication(ModuleLayer boot, String module) {
    return ClassLoader.getSystemClassLoader().equals(boot.findLoader(module))
        && !module.startsWith("jdk.");
  }

  private static Set<String> nativeModules(Set<String> modules) {
    Module os = NativeAccess.class.getModule();
    return ModuleLayer.boot().modules().stream()
        .filter(module -> modules.contains(module.getName()))
        .filter(module -> module.isNativeAccessEnabled() || module.equals(os))
        .map(Module::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Relative entries are meant from where this JVM runs, which need not be where a worker runs. */
  private static void addAll(Set<String> entries, String path) {
    if (path.isEmpty()) {
      return;
    }
    for (String entry : path.split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
  }

  /** Returns whether a worker has a module of that name. */
  Predicate<String> hasModule() {
    return name -> modules.contains(name) || ModuleFinder.ofSystem().find(name).isPresent();
  }

  /** Returns the options that say all this but the class path. */
  List<String> options() {
    List<String> options = new ArrayList<>();
    options.add(
        "--enable-native-access="
            + Stream.concat(Stream.of("ALL-UNNAMED"), withNativeAccess.stream())
                .collect(Collectors.joining(",")));
    if (!modulePath.isEmpty()) {
      options.add("--module-path=" + modulePath);
    }
    if (!modules.isEmpty()) {
      options.add("--add-modules=" + String.join(",", modules));
    }
    return options;
  }
}
