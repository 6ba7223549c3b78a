package dev.outlive.systemtests.chaos;

import java.util.ArrayList;
import java.util.List;

/** Four processes for each processor that do nothing but use it. */
final class Hogs implements Disturbance {
  private static final int FOR_EACH = 4;

  @Override
  public void disturb(Scene scene) throws Exception {
    List<Process> hogs = new ArrayList<>();
    scene.injector().about(Kind.HOGS, 0, 0);
    try {
      for (int i = 0; i < FOR_EACH * Runtime.getRuntime().availableProcessors(); i++) {
        hogs.add(new ProcessBuilder("sh", "-c", "while :; do :; done").inheritIO().start());
      }
      scene.injector().done(Kind.HOGS, 0, 0);
      while (scene.goesOn().getAsBoolean()) {
        scene.pause(10, 10);
      }
    } finally {
      for (Process hog : hogs) {
        hog.destroyForcibly().waitFor();
      }
    }
  }
}
