package dev.outlive.bench.speed;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A finished run, as it is reported.
 *
 * @param began when
 * @param seconds how long it took
 * @param repeats how many processes of each contender took each measurement
 * @param quick whether with fewer units, so that only the order of magnitude counts
 * @param loads the machine's load before each repeat and after the last
 * @param versions of peers, Python and Outlive
 */
record Run(
    Instant began,
    long seconds,
    int repeats,
    boolean quick,
    Machine machine,
    List<Double> loads,
    Map<String, String> versions,
    Results results) {}
