package dev.outlive.bench.speed;

/** Who is measured. Each measurement runs in a process of its own. */
enum Contender {
  OUTLIVE("Outlive"),
  OUTLIVE_PLAIN("Outlive without native access"),
  POOL("multiprocessing.Pool"),
  EXECUTOR("ProcessPoolExecutor"),
  LOKY("joblib/loky"),
  PEBBLE("pebble"),
  BILLIARD("billiard"),
  LIMITS("the machine, without a pool");

  private final String title;

  Contender(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  boolean isOutlive() {
    return this == OUTLIVE || this == OUTLIVE_PLAIN;
  }

  boolean isPeer() {
    return !isOutlive() && this != LIMITS;
  }

  /** The name by which {@code peers/run.py} knows it. */
  String peer() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
