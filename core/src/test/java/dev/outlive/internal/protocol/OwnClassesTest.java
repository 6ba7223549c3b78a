package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.NativeAccess;
import dev.outlive.task.Bytes;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class OwnClassesTest {
  @Test
  void the_packages_are_those_of_the_class_files() throws Exception {
    Set<String> files = ClassFiles.beside(OwnClasses.class);
    files.addAll(ClassFiles.beside(NativeAccess.class));
    assertThat(OwnClasses.PACKAGES)
        .isEqualTo(
            files.stream()
                .map(file -> file.substring(0, file.lastIndexOf('/')).replace('/', '.'))
                .collect(Collectors.toSet()));
  }

  @Test
  void a_class_is_outlive_s_own_by_its_package_and_its_loader() throws Exception {
    assertThat(OwnClasses.contains(Bytes.class)).isTrue();
    assertThat(OwnClasses.contains(Bytes[].class)).isTrue();
    assertThat(OwnClasses.contains(String.class)).isFalse();
    assertThat(OwnClasses.contains(Test.class)).isFalse();
    assertThat(OwnClasses.find(Bytes.class.getName())).isSameAs(Bytes.class);
    assertThat(OwnClasses.find(Test.class.getName())).isSameAs(Test.class);
  }
}
