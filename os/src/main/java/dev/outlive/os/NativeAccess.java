package dev.outlive.os;

import java.util.Locale;

/**
 * Tells whether this JVM lets Outlive make native calls without a warning on the user's stderr.
 *
 * <p>JDK 25 prints four lines at the first restricted call of a module that was not named in {@code
 * --enable-native-access}. Outlive therefore never makes one there, and takes the portable way.
 */
public final class NativeAccess {
  private static final boolean LINUX =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");

  private NativeAccess() {}

  /** Returns whether this is Linux, where {@code /proc} and process sessions can be relied on. */
  public static boolean linux() {
    return LINUX;
  }

  /** Returns whether native calls are both possible here and free of warnings. */
  public static boolean enabled() {
    return LINUX && NativeAccess.class.getModule().isNativeAccessEnabled();
  }
}
