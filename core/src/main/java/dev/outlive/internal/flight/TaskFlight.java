package dev.outlive.internal.flight;

import dev.outlive.task.TaskRecord;
import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The flight recorder's event for a task or input that has ended; lasts as long as it ran. */
@Name("outlive.Task")
@Label("Task")
@Description("A task, or one input of a run, from the start of its last attempt to its end")
@Category("Outlive")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
final class TaskFlight extends Event {
  private static final EventType TYPE = EventType.getEventType(TaskFlight.class);

  @Label("Pool")
  private String pool = "";

  @Label("Task")
  private long task;

  @Label("Name")
  private String taskName = "";

  @Label("Index")
  @Description("Of the input within its run, from 0")
  private int index;

  @Label("Attempts")
  private int attempts;

  @Label("Worker")
  @Description("The number of the last attempt's worker; 0: none, or cancelled")
  private int worker;

  @Label("Worker's PID")
  private long pid;

  @Label("Outcome")
  private String outcome = "";

  @Label("Cause")
  @Description("Of the death that ended it; empty if none did")
  private String cause = "";

  @Label("CPU Time")
  @Description("Of the task's own thread; -1 ns: not known")
  @Timespan(Timespan.NANOSECONDS)
  private long cpuTime;

  @Label("Peak Memory")
  @Description("Of the worker, as seen while it ran; 0: not known")
  @DataAmount
  private long peakMemory;

  /** Whether a recording that runs asks for it. */
  static boolean isWanted() {
    return TYPE.isEnabled();
  }

  /** Fills it in and commits it. */
  void tell(String ofPool, long number, TaskRecord record) {
    pool = ofPool;
    task = number;
    taskName = record.name();
    index = record.index();
    attempts = record.attempts();
    worker = record.worker();
    pid = record.pid();
    outcome = record.ending().name();
    cause = cause(record);
    Duration cpu = record.cpuTime();
    cpuTime = cpu == null ? -1 : cpu.toNanos();
    peakMemory = record.peakMemory() == null ? 0 : record.peakMemory().count();
    commit();
  }

  private static String cause(TaskRecord record) {
    return switch (record.ending()) {
      case DIED, TIMED_OUT -> record.lost().isEmpty() ? "" : record.lost().getLast().cause().name();
      case RETURNED, THREW, CANCELLED -> "";
    };
  }
}
