/** A process pool that outlives its workers. */
module dev.outlive {
  requires dev.outlive.os;
  requires static jdk.jfr; // without it no events are recorded

  exports dev.outlive;
  exports dev.outlive.failure;
  exports dev.outlive.monitor;
  exports dev.outlive.policy;
  exports dev.outlive.spi;
  exports dev.outlive.task;
  exports dev.outlive.internal.local to
      dev.outlive.manager;
  exports dev.outlive.internal.protocol to
      dev.outlive.manager;
}
