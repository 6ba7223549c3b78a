package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardStreamsTest {
  @AutoClose private final Processes processes = new Processes();

  @ParameterizedTest
  @CsvSource({"true, true true true", "false, false true false"})
  void theyAreMendedWhereNativeCallsAreAllowed(boolean nativeAccess, String said)
      throws IOException {
    Process mender = new ProcessBuilder(Processes.java(nativeAccess, Mender.class)).start();
    processes.track(mender);
    assertThat(mender.errorReader().readLine()).isEqualTo(said);
    assertThat(mender.errorReader().readLine()).isNull();
  }
}
