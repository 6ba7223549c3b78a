package dev.outlive.bench.growth;

import com.google.gson.Gson;

/**
 * What was measured where something had grown to one size.
 *
 * @param at the size
 * @param time of one unit, in the axis' unit
 * @param after of one unit on the way out, where the axis has that; else negative
 * @param heapMebibytes of the program after a garbage collection, all still there
 * @param peakMebibytes the most that the program has held, resident
 */
record Point(long at, double time, double after, double heapMebibytes, double peakMebibytes) {
  static final double NONE = -1;

  String json() {
    return new Gson().toJson(this);
  }

  static Point of(String json) {
    return new Gson().fromJson(json, Point.class);
  }
}
