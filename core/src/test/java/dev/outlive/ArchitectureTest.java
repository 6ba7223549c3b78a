package dev.outlive;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The floors of the core: who may import whom. There is no list of exceptions. */
final class ArchitectureTest {
  private static final String ROOT = "dev.outlive";
  private static final Set<String> WORDS =
      Set.of(
          "dev.outlive.task",
          "dev.outlive.policy",
          "dev.outlive.monitor",
          "dev.outlive.spi",
          "dev.outlive.failure");

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/os/target/"))
          .importPackages(ROOT)
          .that(
              com.tngtech.archunit.base.DescribedPredicate.not(
                  resideInAnyPackage("dev.outlive.os..")));

  /** Package by package: what of Outlive it may import beside itself. */
  private static final Map<String, Set<String>> FLOORS =
      Map.ofEntries(
          entry("dev.outlive.failure", Set.of()),
          entry("dev.outlive.task", WORDS),
          entry("dev.outlive.policy", WORDS),
          entry("dev.outlive.monitor", WORDS),
          entry("dev.outlive.spi", WORDS),
          entry("dev.outlive.internal.protocol", and(WORDS, "dev.outlive.os")),
          entry("dev.outlive.internal.flight", and(WORDS, "jdk.jfr")),
          entry(
              "dev.outlive.internal.diagnosis",
              and(WORDS, "dev.outlive.os", "dev.outlive.internal.protocol")),
          entry(
              "dev.outlive.internal.pool",
              and(
                  WORDS,
                  "dev.outlive.os",
                  "dev.outlive.internal.protocol",
                  "dev.outlive.internal.flight",
                  "dev.outlive.internal.diagnosis")),
          entry(
              "dev.outlive.internal.local",
              and(
                  WORDS,
                  "dev.outlive.os",
                  "dev.outlive.internal.protocol",
                  "dev.outlive.internal.diagnosis")),
          entry(
              "dev.outlive.internal.worker",
              and(WORDS, "dev.outlive.os", "dev.outlive.internal.protocol")));

  private static Set<String> and(Set<String> some, String... more) {
    return Stream.concat(some.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
  }

  static Stream<String> packagesWithFloor() {
    return FLOORS.keySet().stream().sorted();
  }

  @Test
  void every_package_has_its_floor_here() {
    Set<String> packages =
        CORE.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
    packages.remove(ROOT);
    assertThat(packages).containsExactlyInAnyOrderElementsOf(FLOORS.keySet());
  }

  @ParameterizedTest
  @MethodSource("packagesWithFloor")
  void a_package_imports_only_what_its_floor_allows(String name) {
    String[] allowed =
        and(FLOORS.getOrDefault(name, Set.of()), name, "java..", "org.jspecify..")
            .toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage(name)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed)
                .or(
                    new com.tngtech.archunit.base.DescribedPredicate<>("primitives and arrays") {
                      @Override
                      public boolean test(JavaClass type) {
                        return type.getBaseComponentType().isPrimitive()
                            || (type.isArray()
                                && Set.of(allowed)
                                    .contains(type.getBaseComponentType().getPackageName()))
                            || type.getBaseComponentType().getPackageName().startsWith("java.");
                      }
                    }))
        .check(CORE);
  }

  @Test
  void nobody_imports_the_entry() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT)
        .check(CORE);
  }

  @Test
  void the_minds_do_not_know_each_other() {
    for (String mind : Set.of("pool", "local", "worker")) {
      String own = "dev.outlive.internal." + mind;
      String[] others =
          Stream.of("pool", "local", "worker")
              .filter(other -> !other.equals(mind))
              .map(other -> "dev.outlive.internal." + other)
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(own)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(CORE);
    }
  }

  @Test
  void packages_form_no_ring() {
    slices().matching("dev.outlive.(**)").should().beFreeOfCycles().check(CORE);
    slices().matching("dev.(**)").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void only_who_forwards_what_tasks_print_writes_to_stdout_and_nobody_uses_another_logger() {
    ArchRule stdout =
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.outlive.internal.pool.ForwardSink")
            .should()
            .accessField(System.class, "out");
    stdout.check(CORE);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.logging..", "org.slf4j..", "org.apache..")
        .check(CORE);
  }

  @Test
  void only_who_forwards_and_a_worker_that_begins_or_ends_write_to_stderr() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.outlive.internal.worker.WorkerMain")
        .and()
        .doNotHaveFullyQualifiedName("dev.outlive.internal.worker.LastWords")
        .and()
        .doNotHaveFullyQualifiedName("dev.outlive.internal.pool.ForwardSink")
        .should()
        .accessField(System.class, "err")
        .check(CORE);
  }

  @Test
  void every_package_is_null_marked() {
    for (String name : and(FLOORS.keySet(), ROOT)) {
      assertThat(CORE.getPackage(name).isAnnotatedWith(NullMarked.class)).as(name).isTrue();
    }
  }

  @Test
  void no_class_has_a_name_that_says_nothing() {
    noClasses()
        .should()
        .haveNameMatching(".*[.$][A-Za-z0-9]*(Util|Helper|Impl|Data|Info|Base|Common)[A-Za-z0-9]*")
        .check(CORE);
  }

  @Test
  void what_the_module_exports_to_all_is_what_lies_outside_internal() {
    Set<String> open =
        CORE.stream()
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .map(JavaClass::getPackageName)
            .filter(name -> !name.startsWith("dev.outlive.internal"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(open).containsExactlyInAnyOrderElementsOf(and(WORDS, ROOT));
  }

  @Test
  void what_users_can_call_mentions_no_internal_type() {
    classes()
        .that()
        .resideOutsideOfPackage("dev.outlive.internal..")
        .and()
        .arePublic()
        .should(
            new ArchCondition<>("mention only public words") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                for (JavaCodeUnit unit : type.getCodeUnits()) {
                  Set<JavaModifier> modifiers = unit.getModifiers();
                  boolean callable =
                      modifiers.contains(JavaModifier.PUBLIC)
                          || modifiers.contains(JavaModifier.PROTECTED);
                  boolean internal =
                      Stream.concat(
                              Stream.of(unit.getRawReturnType()),
                              unit.getRawParameterTypes().stream())
                          .anyMatch(used -> used.getName().contains("dev.outlive.internal"));
                  if (callable && internal) {
                    events.add(SimpleConditionEvent.violated(unit, unit.getFullName()));
                  }
                }
              }
            })
        .check(CORE);
  }
}
