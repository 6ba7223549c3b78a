package dev.outlive.manager;

import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The floors of the manager: each package may import those before it. */
class ArchitectureTest {
  private static final List<String> FLOORS =
      List.of(
          "dev.outlive.managed",
          "dev.outlive.internal.wire",
          "dev.outlive.internal.service",
          "dev.outlive.internal.client",
          "dev.outlive.internal.server",
          "dev.outlive.manager");

  private static final JavaClasses MANAGER =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> location.contains("/manager/target/"))
          .importPackages("dev.outlive");

  @Test
  void everyPackageHasItsFloor() {
    Set<String> packages =
        MANAGER.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
    assertThat(packages).containsExactlyInAnyOrderElementsOf(FLOORS);
  }

  @Test
  void nothingPointsUpAndThereIsNoRing() {
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      Set<String> above = Set.copyOf(FLOORS.subList(floor + 1, FLOORS.size()));
      for (JavaClass type : MANAGER) {
        if (type.getPackageName().equals(FLOORS.get(floor))) {
          assertThat(type.getDirectDependenciesFromSelf())
              .as(type.getName())
              .noneMatch(imported -> above.contains(imported.getTargetClass().getPackageName()));
        }
      }
    }
    slices().matching("dev.outlive.(**)").should().beFreeOfCycles().check(MANAGER);
  }

  @Test
  void everyPackageIsNullMarked() throws Exception {
    for (String name : FLOORS) {
      assertThat(Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class))
          .as(name)
          .isTrue();
    }
  }

  @Test
  void nobodyWritesToTheStandardStreams() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(MANAGER);
  }
}
