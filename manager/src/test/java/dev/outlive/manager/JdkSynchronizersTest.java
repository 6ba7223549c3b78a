package dev.outlive.manager;

/** The contract is that of the JDK: its own keep it. Budget: 5 s. */
class JdkSynchronizersTest extends SynchronizerContract {
  @Override
  Subjects subjects() {
    return Subjects.ofTheJdk();
  }
}
