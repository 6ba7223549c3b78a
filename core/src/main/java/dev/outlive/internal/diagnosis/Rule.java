package dev.outlive.internal.diagnosis;

import dev.outlive.failure.Diagnosis;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One way in which a worker dies.
 *
 * @param applies whether the findings show it
 * @param says what is then said
 */
record Rule(Predicate<Findings> applies, Function<Findings, Diagnosis.Builder> says) {}
