package dev.outlive.systemtests.chaos;

import dev.outlive.failure.Cause;
import dev.outlive.task.TaskRecord.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the ledgers of a round say.
 *
 * @param submitted by task
 * @param ends the ends that were told, by task
 * @param losses the attempts that those name as lost, by task
 * @param deaths of workers that were told
 * @param begun the attempts that have begun
 * @param finished those that have made their result
 * @param orders by task
 * @param blows what was about to be done, in its order
 * @param hits which of them were done
 * @param gaveUp whether the watchdog gave up
 * @param left what was left behind
 */
record Evidence(
    Map<Integer, Submitted> submitted,
    Map<Integer, List<End>> ends,
    Map<Integer, List<Loss>> losses,
    List<DeathTold> deaths,
    List<Begun> begun,
    List<Finished> finished,
    Map<Integer, Order> orders,
    List<Blow> blows,
    List<Blow> hits,
    boolean gaveUp,
    List<String> left) {

  /** A worker: its number is its own within the round; a process id may come again. */
  record Who(int worker, long pid) {}

  record Submitted(int task, int size, long at) {}

  record End(
      int task,
      Ending ending,
      int attempts,
      Who who,
      long at,
      Optional<Cause> cause,
      String digest) {}

  record Loss(int attempt, Who who, Cause cause) {}

  record DeathTold(Who who, Cause cause, boolean asked, long at) {}

  record Begun(int task, int attempt, Who who, long at) {}

  record Finished(int task, int attempt, Who who, long at, String digest) {}

  record Order(Kind kind, int attempts) {}

  record Blow(Kind kind, Who who, long at) {}

  static Evidence empty() {
    return new Evidence(
        new HashMap<>(),
        new HashMap<>(),
        new HashMap<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new HashMap<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        false,
        new ArrayList<>());
  }

  static Evidence of(Books books) throws IOException {
    Evidence evidence = empty();
    boolean gaveUp = false;
    for (String[] line : Ledger.read(books.caller())) {
      gaveUp |= line[0].equals("G");
      evidence.caller(line);
    }
    for (String[] line : Ledger.read(books.attempts())) {
      evidence.attempt(line);
    }
    for (String[] line : Ledger.read(books.injector())) {
      evidence.blow(line);
    }
    if (Files.exists(books.left())) {
      evidence.left.addAll(Files.readAllLines(books.left()));
    }
    return gaveUp ? evidence.givenUp() : evidence;
  }

  Evidence givenUp() {
    return new Evidence(
        submitted, ends, losses, deaths, begun, finished, orders, blows, hits, true, left);
  }

  private void caller(String[] line) {
    switch (line[0]) {
      case "S" -> {
        int task = Integer.parseInt(line[1]);
        submitted.put(
            task, new Submitted(task, Integer.parseInt(line[2]), Long.parseLong(line[3])));
      }
      case "T" -> {
        int task = Integer.parseInt(line[1]);
        ends.computeIfAbsent(task, _ -> new ArrayList<>())
            .add(
                new End(
                    task,
                    Ending.valueOf(line[2]),
                    Integer.parseInt(line[3]),
                    who(line, 4),
                    Long.parseLong(line[6]),
                    line[7].equals("-") ? Optional.empty() : Optional.of(Cause.valueOf(line[7])),
                    line[8]));
      }
      case "L" ->
          losses
              .computeIfAbsent(Integer.parseInt(line[1]), _ -> new ArrayList<>())
              .add(new Loss(Integer.parseInt(line[2]), who(line, 3), Cause.valueOf(line[5])));
      case "D" ->
          deaths.add(
              new DeathTold(
                  who(line, 1),
                  Cause.valueOf(line[3]),
                  Boolean.parseBoolean(line[4]),
                  Long.parseLong(line[5])));
      default -> {}
    }
  }

  private void attempt(String[] line) {
    switch (line[0]) {
      case "B" ->
          begun.add(
              new Begun(
                  Integer.parseInt(line[1]),
                  Integer.parseInt(line[2]),
                  who(line, 3),
                  Long.parseLong(line[5])));
      case "F" ->
          finished.add(
              new Finished(
                  Integer.parseInt(line[1]),
                  Integer.parseInt(line[2]),
                  who(line, 3),
                  Long.parseLong(line[5]),
                  line[6]));
      default -> {}
    }
  }

  private void blow(String[] line) {
    Kind kind = Kind.valueOf(line[line[0].equals("O") ? 2 : 1]);
    switch (line[0]) {
      case "O" -> orders.put(Integer.valueOf(line[1]), new Order(kind, Integer.parseInt(line[3])));
      case "I" -> blows.add(new Blow(kind, who(line, 2), Long.parseLong(line[4])));
      case "K" -> hits.add(new Blow(kind, who(line, 2), Long.parseLong(line[4])));
      default -> {}
    }
  }

  private static Who who(String[] line, int at) {
    return new Who(Integer.parseInt(line[at]), Long.parseLong(line[at + 1]));
  }

  /** Returns what a worker may have died of by that time, as far as anybody injected it. */
  Set<Cause> injected(Who who, long at) {
    Set<Cause> causes = EnumSet.noneOf(Cause.class);
    for (Blow blow : blows) {
      boolean met = blow.kind().aim == Kind.Aim.ALL ? blow.at() <= at : blow.who().equals(who);
      if (met) {
        causes.addAll(blow.kind().causes);
      }
    }
    for (Begun attempt : begun) {
      Order order = orders.get(attempt.task());
      if (order != null && attempt.who().equals(who) && attempt.attempt() <= order.attempts()) {
        causes.addAll(order.kind().causes);
      }
    }
    return causes;
  }

  /** Returns how often each kind of blow was dealt: by the injector, or by a task to itself. */
  Map<Kind, Integer> dealt() {
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    hits.forEach(hit -> counts.merge(hit.kind(), 1, Integer::sum));
    for (Begun attempt : begun) {
      Order order = orders.get(attempt.task());
      if (order != null
          && order.kind().aim == Kind.Aim.ORDER
          && attempt.attempt() <= order.attempts()) {
        counts.merge(order.kind(), 1, Integer::sum);
      }
    }
    return counts;
  }

  /** Returns how many attempts had made their result and were lost with it all the same. */
  long lostWithResult() {
    return finished.stream()
        .filter(
            made ->
                losses.getOrDefault(made.task(), List.of()).stream()
                    .anyMatch(loss -> loss.who().equals(made.who())))
        .count();
  }
}
