package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.NativeAccess;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What workers get of what their program was given, in a program of its own. Budget: 15 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class InheritedOptionsTest {
  private static final Map<String, String> UTF_8 = Map.of("LC_ALL", "C.UTF-8");
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String NONE = OptionsProgram.NONE;

  @TempDir Path scratch;

  /** Runs the program to its end and returns what its worker saw, by the first word of the line. */
  private Map<String, String> seen(
      Map<String, String> environment, List<String> options, Object... arguments) throws Exception {
    List<String> all = new ArrayList<>(options);
    if (NativeAccess.enabled()) {
      all.add("--enable-native-access=ALL-UNNAMED");
    }
    Map<String, String> seen = new LinkedHashMap<>();
    try (Program program =
        Program.start(scratch, environment, List.of(), all, OptionsProgram.class, arguments)) {
      for (String line = program.readLine(); !line.equals("done"); line = program.readLine()) {
        assertThat(line).as("it ended; stderr: %s", program.errors()).isNotEqualTo("null");
        int space = line.lastIndexOf(' ');
        seen.put(line.substring(0, space), line.substring(space + 1));
      }
      assertThat(program.exitValue(BOUND)).isZero();
      program.awaitNothingLeft(BOUND);
    }
    return seen;
  }

  @Test
  void a_debug_port_and_a_management_port_stay_the_program_s_own() throws Exception {
    String debug =
        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:" + freePort();
    String management =
        "-Dcom.sun.management.jmxremote.port="
            + freePort()
            + " -Dcom.sun.management.jmxremote.host=127.0.0.1"
            + " -Dcom.sun.management.jmxremote.authenticate=false"
            + " -Dcom.sun.management.jmxremote.ssl=false";
    Map<String, String> seen =
        seen(
            Map.of("JAVA_TOOL_OPTIONS", debug, "JDK_JAVA_OPTIONS", management),
            List.of("-Doutlive.test.inherited=yes"),
            NONE,
            NONE,
            NONE,
            "none",
            "x");
    assertThat(seen)
        .containsEntry("tool options", "null")
        .containsEntry("java options", "null")
        .containsEntry("port", "null")
        .containsEntry("inherited", "yes");
  }

  @Test
  void the_same_ports_on_its_command_line_stay_its_own_too() throws Exception {
    Map<String, String> seen =
        seen(
            Map.of(),
            List.of(
                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:"
                    + freePort(),
                "-Dcom.sun.management.jmxremote.port=" + freePort(),
                "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                "-Dcom.sun.management.jmxremote.authenticate=false",
                "-Dcom.sun.management.jmxremote.ssl=false",
                "-Doutlive.test.inherited=yes"),
            NONE,
            NONE,
            NONE,
            "none",
            "x");
    assertThat(seen).containsEntry("port", "null").containsEntry("inherited", "yes");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two words",
        "quotes \" and '",
        "back\\slash\\",
        "gr\u00f6\u00dfer \u2713 \u6f22\u5b57",
        "#$@*;&|<>()[]{}!~`^",
        " "
      })
  void odd_names_and_values_arrive_as_they_are(String asked) throws Exception {
    String odd = asThisJvmCanName(asked);
    Path directory = Files.createDirectories(scratch.resolve("d " + odd));
    Path temporary = Files.createDirectories(scratch.resolve("t " + odd));
    Path entry = Files.createDirectories(scratch.resolve("c " + odd));
    Files.writeString(entry.resolve("resource.txt"), "here");
    Path home =
        Files.createSymbolicLink(
            scratch.resolve("j " + odd), Path.of(System.getProperty("java.home")));
    String value = OptionsProgram.escaped(odd + "\n" + odd);
    Map<String, String> seen =
        seen(
            UTF_8,
            List.of("-Djava.io.tmpdir=" + temporary, "-Doutlive.test.inherited=" + odd),
            directory,
            entry,
            home,
            "/resource.txt",
            value);
    assertThat(seen)
        .containsEntry("inherited", OptionsProgram.escaped(odd))
        .containsEntry("own", value)
        .containsEntry("environment", value)
        .containsEntry("directory", OptionsProgram.escaped(directory.toString()))
        .containsEntry("resource", "true");
    assertThat(seen.get("temporary")).startsWith(OptionsProgram.escaped(temporary.toString()));
  }

  /** Names are bytes: in the encoding of this JVM's locale, which may have no such letters. */
  private static String asThisJvmCanName(String odd) {
    Charset ofNames = Charset.forName(System.getProperty("sun.jnu.encoding"));
    return ofNames.newEncoder().canEncode(odd) ? odd : "a locale without letters";
  }
}
