package dev.outlive.systemtests.chaos;

import dev.outlive.monitor.PoolSnapshot.WorkerState;

/** Stops workers, in whatever they are at, and has most of them go on after a while. */
final class Stops implements Disturbance {
  private static final int ONE_FOR_GOOD_IN = 12;
  private static final int LONGEST_MICROS = 600_000;

  @Override
  public void disturb(Scene scene) throws Exception {
    Striker striker = new Striker(scene.pool(), scene.injector());
    WorkerState[] states = {
      WorkerState.BUSY, WorkerState.BUSY, WorkerState.BUSY, WorkerState.IDLE, WorkerState.STARTING
    };
    while (scene.goesOn().getAsBoolean()) {
      scene.pause(1, 100);
      boolean forGood = scene.random().nextInt(ONE_FOR_GOOD_IN) == 0;
      striker.stop(
          forGood ? Kind.FREEZE : Kind.STOP,
          states[scene.random().nextInt(states.length)],
          forGood ? 0 : scene.random().nextInt(LONGEST_MICROS),
          scene.random());
      striker.forget();
    }
  }
}
