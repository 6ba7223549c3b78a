/** Values, arrays and locks in memory that processes share. */
module dev.outlive.memory {
  requires dev.outlive.os;

  exports dev.outlive.memory;
}
