package dev.outlive.bench.survival;

/** Injures a pool, and says what came of it. */
@FunctionalInterface
interface Play {
  Observations on(Subject subject, Scene scene) throws Exception;
}
