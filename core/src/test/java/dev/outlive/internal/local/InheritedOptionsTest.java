package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of a program's options its workers get. */
final class InheritedOptionsTest {
  private static final Set<String> MODULES = Set.of("java.base", "java.sql", "app");

  /** Words are split at blanks; what is inherited stands behind the arrow. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        // what decides what classes mean
        "-Da=b -Dc Main => -Da=b -Dc",
        "--enable-preview Main => --enable-preview",
        "-ea -da:com.acme... -esa -dsa Main => -ea -da:com.acme... -esa -dsa",
        "-enableassertions -disablesystemassertions Main => -enableassertions"
            + " -disablesystemassertions",
        "--add-opens=java.base/java.lang=ALL-UNNAMED Main =>"
            + " --add-opens=java.base/java.lang=ALL-UNNAMED",
        "--add-opens java.base/java.lang=ALL-UNNAMED -Da Main =>"
            + " --add-opens=java.base/java.lang=ALL-UNNAMED -Da",
        "--add-exports app/b=c --add-reads=app=b --add-modules java.sql Main =>"
            + " --add-exports=app/b=c --add-reads=app=b --add-modules=java.sql",
        // of modules that workers do not have nothing is said: they would not start
        "--add-modules java.sql,gone,app -Da Main => --add-modules=java.sql,app -Da",
        "--add-modules=gone --add-opens=gone/a=app --add-reads gone=app -Da Main => -Da",
        "--add-modules ALL-MODULE-PATH,ALL-SYSTEM Main =>"
            + " --add-modules=ALL-MODULE-PATH,ALL-SYSTEM",
        // heap, collector, agents, debugging, management, logging
        "-Xmx4g -Xms1g -Xss1m -XX:+UseZGC -XX:MaxRAMPercentage=80 Main => ''",
        "-agentlib:jdwp=transport=dt_socket,address=5005 -javaagent:a.jar -agentpath:b.so Main =>"
            + " ''",
        "-Xdebug -Xrunjdwp:x -Xlog:gc -verbose:gc -Xint Main => ''",
        "-Dcom.sun.management.jmxremote.port=9010 -Da Main => -Da",
        "-Djava.io.tmpdir=/tmp/own -Djava.security.debug=all -Da Main => -Da",
        "--enable-native-access=ALL-UNNAMED Main => ''",
        // the class path comes by another way
        "-cp a.jar -Da Main => -Da",
        "-classpath a.jar -Da Main => -Da",
        "--class-path a.jar -Da Main => -Da",
        "--class-path=a.jar -Da Main => -Da",
        "-p mods -Da Main => -Da",
        "--module-path mods --upgrade-module-path up --limit-modules java.base -Da Main => -Da",
        "--patch-module a=b -Da Main => -Da",
        "--enable-native-access ALL-UNNAMED -Da Main => -Da",
        "--source 25 --enable-preview Main.java => --enable-preview",
        // where the program begins the options end
        "-Da Main -Db => -Da",
        "-Da -jar app.jar -Db => -Da",
        "-Da -m app/Main -Db => -Da",
        "-Da --module app/Main -Db => -Da",
        "-Da --module=app/Main -Db => -Da",
        "-cp => ''",
        "--add-opens => ''",
        "'' => ''",
      })
  void of_a_command_line_a_worker_inherits_what_decides_about_classes(
      String line, String inherited) {
    assertThat(InheritedOptions.of(words(line), MODULES::contains)).isEqualTo(words(inherited));
  }

  private static List<String> words(String line) {
    return line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
  }
}
