package dev.outlive.failure;

import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Why a worker died: the cause, how certain it is, and the evidence for it.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class Diagnosis implements Serializable {
  private static final long serialVersionUID = 1;

  private final Cause cause;
  private final Certainty certainty;
  private final int worker;
  private final long pid;
  private final int exitValue;
  private final @Nullable String signal;
  private final String summary;
  private final String advice;
  private final ArrayList<Evidence> evidence;
  private final String stderrTail;
  private final @Nullable String crashReport;
  private final @Nullable String problematicFrame;
  private final ArrayList<MemorySample> memorySamples;
  private final String stacks;

  private Diagnosis(Builder builder) {
    this.cause = builder.cause;
    this.certainty = builder.certainty;
    this.worker = builder.worker;
    this.pid = builder.pid;
    this.exitValue = builder.exitValue;
    this.signal = builder.signal;
    this.summary = builder.summary;
    this.advice = builder.advice;
    this.evidence = new ArrayList<>(builder.evidence);
    this.stderrTail = builder.stderrTail;
    this.crashReport = builder.crashReport;
    this.problematicFrame = builder.problematicFrame;
    this.memorySamples = new ArrayList<>(builder.memorySamples);
    this.stacks = builder.stacks;
  }

  /**
   * How much memory a worker held at one moment.
   *
   * @param beforeDeath how long before the death was diagnosed; zero or more
   * @param residentBytes what was resident of it as {@code memoryPerWorker} counts: with all that
   *     it had started, without pages of files and Outlive's segments
   */
  public record MemorySample(Duration beforeDeath, long residentBytes) implements Serializable {}

  /** Returns why the worker died. */
  public Cause cause() {
    return cause;
  }

  /** Returns how sure {@link #cause()} is. */
  public Certainty certainty() {
    return certainty;
  }

  /** Returns the worker's number in its pool, from 1. */
  public int worker() {
    return worker;
  }

  /** Returns the worker's process id; empty if no process was ever started. */
  public OptionalLong pid() {
    return pid > 0 ? OptionalLong.of(pid) : OptionalLong.empty();
  }

  /**
   * Returns the process's exit value, 0..255, as {@link Process#exitValue()} has it: 128 + n after
   * signal n. Empty if the process has no exit value (it never started, or it cannot be reaped).
   */
  public OptionalInt exitValue() {
    return exitValue >= 0 ? OptionalInt.of(exitValue) : OptionalInt.empty();
  }

  /**
   * Returns the name of the signal that ended the process, such as {@code "SIGKILL"}, if one did;
   * for a crash that of the crash report, for an orderly exit on a signal the signal that came.
   */
  public Optional<String> signal() {
    return Optional.ofNullable(signal);
  }

  /** Returns one sentence, with numbers: who died, of what. */
  public String summary() {
    return summary;
  }

  /** Returns what to do about it, in a sentence; empty if there is nothing to advise. */
  public String advice() {
    return advice;
  }

  /** Returns the facts that the diagnosis rests on, and what could not be read; unmodifiable. */
  public List<Evidence> evidence() {
    return List.copyOf(evidence);
  }

  /** Returns the end of what the worker wrote to stdout and stderr, at most 8 KiB; may be empty. */
  public String stderrTail() {
    return stderrTail;
  }

  /** Returns the JVM's crash report ({@code hs_err}), if it wrote one. */
  public Optional<Path> crashReport() {
    return Optional.ofNullable(crashReport).map(Path::of);
  }

  /** Returns the native frame that crashed, as the crash report names it. */
  public Optional<String> problematicFrame() {
    return Optional.ofNullable(problematicFrame);
  }

  /**
   * Returns what the worker held in the end, the oldest first, at most 33; unmodifiable. One about
   * every second, more while it grew or was near its limit, though not closer than 50 ms but for
   * the last. Empty where it lived for less than some 50 ms, or where there is no {@code /proc}.
   */
  public List<MemorySample> memorySamples() {
    return List.copyOf(memorySamples);
  }

  /**
   * Returns what the worker's threads were at before the pool killed it for a timeout, a
   * cancellation or for being frozen: the JVM's thread dump, or the kernel's view of the threads
   * where the JVM did not answer in time. Empty if the pool did not kill it for these.
   */
  public String stacks() {
    return stacks;
  }

  /** Returns cause, certainty, summary and evidence in one line. */
  @Override
  public String toString() {
    return cause + " (" + certainty + "): " + summary + " " + evidence;
  }

  /** Returns a builder for a diagnosis of the given worker; for backends. */
  public static Builder of(Cause cause, Certainty certainty, int worker) {
    return new Builder(cause, certainty, worker);
  }

  /** Collects the parts of a {@link Diagnosis}. Confined to one thread. */
  public static final class Builder {
    private final Cause cause;
    private final Certainty certainty;
    private final int worker;
    private long pid;
    private int exitValue = -1;
    private @Nullable String signal;
    private String summary = "";
    private String advice = "";
    private final List<Evidence> evidence = new ArrayList<>();
    private String stderrTail = "";
    private @Nullable String crashReport;
    private @Nullable String problematicFrame;
    private List<MemorySample> memorySamples = List.of();
    private String stacks = "";

    private Builder(Cause cause, Certainty certainty, int worker) {
      this.cause = Objects.requireNonNull(cause, "cause");
      this.certainty = Objects.requireNonNull(certainty, "certainty");
      this.worker = worker;
    }

    /** Sets the process id. */
    public Builder pid(long value) {
      this.pid = value;
      return this;
    }

    /** Sets the exit value, 0..255. */
    public Builder exitValue(int value) {
      this.exitValue = value;
      return this;
    }

    /** Sets the signal's name. */
    public Builder signal(String name) {
      this.signal = name;
      return this;
    }

    /** Sets the sentence that says who died of what. */
    public Builder summary(String sentence) {
      this.summary = sentence;
      return this;
    }

    /** Sets the sentence that says what to do. */
    public Builder advice(String sentence) {
      this.advice = sentence;
      return this;
    }

    /** Adds a fact. */
    public Builder evidence(String source, String fact) {
      this.evidence.add(new Evidence(source, fact));
      return this;
    }

    /** Sets the end of the worker's output. */
    public Builder stderrTail(String text) {
      this.stderrTail = text;
      return this;
    }

    /** Sets the path of the crash report and the frame it names. */
    public Builder crashReport(Path path, @Nullable String frame) {
      this.crashReport = path.toString();
      this.problematicFrame = frame;
      return this;
    }

    /** Sets the worker's last sizes, the oldest first. */
    public Builder memorySamples(List<MemorySample> samples) {
      this.memorySamples = List.copyOf(samples);
      return this;
    }

    /** Sets what the worker's threads were at. */
    public Builder stacks(String text) {
      this.stacks = text;
      return this;
    }

    /** Returns the diagnosis. */
    public Diagnosis build() {
      return new Diagnosis(this);
    }
  }
}
