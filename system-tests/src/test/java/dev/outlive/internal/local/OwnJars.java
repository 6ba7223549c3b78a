package dev.outlive.internal.local;

import java.io.IOException;
import java.nio.file.Path;

/** Outlive's own classes as a jar, for programs that have them in one. */
public final class OwnJars {
  private OwnJars() {}

  /** Writes all of them. */
  public static Path write(Path jar) throws IOException {
    return OwnJar.write(jar);
  }
}
