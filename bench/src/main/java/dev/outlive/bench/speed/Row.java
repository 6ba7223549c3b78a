package dev.outlive.bench.speed;

import dev.outlive.bench.speed.Goal.AtMost;
import dev.outlive.bench.speed.Goal.Shown;
import dev.outlive.bench.speed.Goal.TimesFaster;
import java.util.List;

/**
 * A line of the table of goals.
 *
 * @param title what is measured
 * @param measurement where its figures come from
 * @param variant which of Outlive's is held against the goal
 * @param goal what is to be reached
 */
record Row(String title, Measurement measurement, String variant, Goal goal) {
  static final List<Row> ALL =
      List.of(
          new Row(
              "no-op tasks one by one, bare lambda",
              Measurement.NOOP,
              "one by one",
              new TimesFaster(2.5, Contender.POOL, "one by one")),
          new Row(
              "no-op tasks one by one, through map's function",
              Measurement.NOOP,
              "map, one a chunk",
              new TimesFaster(8, Contender.POOL, "one by one")),
          new Row(
              "round trip, p50",
              Measurement.ROUND_TRIP,
              "",
              new TimesFaster(1, Contender.POOL, "")),
          new Row(
              "map over 1M integers, default settings",
              Measurement.MAP,
              "default",
              new TimesFaster(8, Contender.POOL, "best chunk")),
          new Row(
              "100 MB array passed",
              Measurement.ARRAY_IN,
              "",
              new TimesFaster(10, Contender.POOL, "")),
          new Row(
              "100 MB array passed, against joblib's mapping",
              Measurement.ARRAY_IN,
              "",
              new TimesFaster(2, Contender.LOKY, "")),
          new Row("100 MB array returned", Measurement.ARRAY_OUT, "", new Shown()),
          new Row("kill -9: first notice", Measurement.KILL, "notice", new AtMost(1)),
          new Row(
              "kill -9: first notice, worker of 1 GB",
              Measurement.KILL_LARGE,
              "notice",
              new AtMost(1)),
          new Row(
              "kill -9: diagnosed failure in the caller's hands after the exit",
              Measurement.KILL,
              "failure after the exit",
              new AtMost(3)),
          new Row(
              "kill -9: diagnosed failure after the exit, worker of 1 GB",
              Measurement.KILL_LARGE,
              "failure after the exit",
              new AtMost(3)),
          new Row(
              "kill -9: the task runs again on a warm spare", Measurement.RERUN, "", new AtMost(5)),
          new Row("worker ready", Measurement.WORKER_READY, "again", new AtMost(25)),
          new Row("pool start to first result", Measurement.POOL_START, "again", new Shown()),
          new Row(
              "the same, first pool of a program", Measurement.POOL_START, "first", new Shown()),
          new Row(
              "shared counter with lock, 2 processes",
              Measurement.COUNTER,
              "lock",
              new TimesFaster(10, Contender.POOL, "lock")),
          new Row(
              "the same through a manager",
              Measurement.COUNTER,
              "manager's lock",
              new TimesFaster(5, Contender.POOL, "manager's lock")),
          new Row(
              "manager: get of a value",
              Measurement.MANAGER,
              "value.get",
              new TimesFaster(5, Contender.POOL, "value.get")),
          new Row(
              "manager: append to a list",
              Measurement.MANAGER,
              "list.add",
              new TimesFaster(5, Contender.POOL, "list.add")),
          new Row(
              "manager: put into a map",
              Measurement.MANAGER,
              "map.put",
              new TimesFaster(5, Contender.POOL, "map.put")),
          new Row("memory of an idle worker", Measurement.MEMORY, "after a task", new Shown()));
}
