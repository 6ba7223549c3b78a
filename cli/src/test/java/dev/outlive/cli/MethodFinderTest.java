package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MethodFinderTest {
  private static final ClassPath NOTHING = new ClassPath(List.of());

  @TempDir Path directory;

  @Test
  void theOnlyFittingMethodIsFoundAmongOthers() throws IOException {
    MethodName found =
        only(
            """
            class F {
              public static void main(String[] args) { throw new Error("never run here"); }
              public static int length(String input) { return input.length(); }
              static int hidden(String input) { return 0; }
              public int ofAnObject(String input) { return 0; }
              public static int ofTwo(String a, String b) { return 0; }
            }
            """);
    assertThat(found).isEqualTo(new MethodName("F", "length"));
  }

  @Test
  void theClassIsNotInitialisedHere() throws IOException {
    assertThat(
            only(
                """
                public class F {
                  static { if (true) throw new IllegalStateException("initialised"); }
                  public static String f(String input) { return input; }
                }
                """))
        .hasToString("F::f");
  }

  @Test
  void aClassInAPackageIsFoundToo() throws IOException {
    assertThat(
            only("package a.b; public class F { public static Object f(String s) { return s; } }"))
        .hasToString("a.b.F::f");
  }

  @Test
  void severalMethodsAreNamedSoThatOneCanBeChosen() {
    assertThatThrownBy(
            () ->
                only(
                    """
                    public class F {
                      public static String b(String s) { return s; }
                      public static String a(String s) { return s; }
                    }
                    """))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("choose one of them: --java F::a, --java F::b");
  }

  @Test
  void noMethodIsRefused() {
    assertThatThrownBy(() -> only("public class F {}"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no public static method");
  }

  @Test
  void anErrorOfTheCompilerIsToldWithFileLineAndReason() {
    assertThatThrownBy(() -> only("public class F {\n  int x = \"a\";\n}\n"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("F.java does not compile")
        .hasMessageContaining("F.java:2: error: incompatible types");
  }

  @Test
  void aMissingClassIsRefused() {
    assertThatThrownBy(() -> new MethodFinder(NOTHING).require(new MethodName("no.Such", "f")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no.Such is not on the class path");
  }

  @Test
  void aMissingMethodIsRefusedAndOthersAreNamed() {
    MethodFinder finder = new MethodFinder(NOTHING);
    assertThatThrownBy(() -> finder.require(new MethodName("java.lang.Integer", "parse")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("parseInt");
    assertThat(finder.require(new MethodName("java.lang.Integer", "parseInt"))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "F", "F::", "::f", "F:f", "F::f::g", "F.f"})
  void aNameThatIsNotClassAndMethodIsRefusedWithItsValue(String text) {
    assertThatThrownBy(() -> MethodName.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("--java=" + text);
  }

  private MethodName only(String source) throws IOException {
    Path file = Files.writeString(directory.resolve("F.java"), source);
    Path classes = Files.createDirectory(directory.resolve("classes"));
    List<String> compiled = SourceCompiler.compile(file, NOTHING, classes);
    return new MethodFinder(NOTHING.after(classes)).only(compiled, "F.java");
  }
}
