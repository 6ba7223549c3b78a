package dev.outlive.internal.flight;

import dev.outlive.failure.Diagnosis;
import dev.outlive.monitor.PoolEvent;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The flight recorder's event for the end of a worker. */
@Name("outlive.WorkerDeath")
@Label("Worker Death")
@Description("A worker has ended, asked to leave or not")
@Category("Outlive")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
final class WorkerDeathFlight extends Event {
  @Label("Pool")
  private String pool = "";

  @Label("Worker")
  private int worker;

  @Label("Worker's PID")
  @Description("0: it never had a process")
  private long pid;

  @Label("Cause")
  private String cause = "";

  @Label("Certainty")
  private String certainty = "";

  @Label("Summary")
  private String summary = "";

  @Label("Asked")
  @Description("Whether it was asked to leave")
  private boolean asked;

  /** Fills it in and commits it. */
  void tell(String ofPool, PoolEvent.WorkerDied death) {
    Diagnosis diagnosis = death.diagnosis();
    pool = ofPool;
    worker = death.worker();
    pid = diagnosis.pid().orElse(0);
    cause = diagnosis.cause().name();
    certainty = diagnosis.certainty().name();
    summary = diagnosis.summary();
    asked = death.asked();
    commit();
  }
}
