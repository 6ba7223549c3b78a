/**
 * Native calls, {@code /proc} and signals, each with its portable fall-back. Internal to Outlive.
 */
module dev.outlive.os {
  exports dev.outlive.os to
      dev.outlive,
      dev.outlive.memory,
      dev.outlive.testkit;
}
