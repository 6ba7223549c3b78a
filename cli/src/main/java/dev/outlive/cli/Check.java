package dev.outlive.cli;

/**
 * One thing that the doctor has looked at. Immutable.
 *
 * @param state how it is
 * @param group what it is about
 * @param name what was looked at
 * @param found what is there
 * @param so what follows from it
 * @param cure what to do to have it otherwise; empty if nothing needs to be done
 */
record Check(State state, Group group, String name, String found, String so, String cure) {
  /** How it is. */
  enum State {
    /** All there. */
    OK,
    /** Outlive works with less, or otherwise than it could. */
    NOTE,
    /** Outlive does not work without it. */
    MISSING;

    /** Returns it as it is printed. */
    String word() {
      return switch (this) {
        case OK -> "ok";
        case NOTE -> "note";
        case MISSING -> "MISSING";
      };
    }
  }

  /** What it is about, in the order of the report. */
  enum Group {
    NEEDED("what is needed"),
    DEATHS("how a death is noticed and told"),
    MEMORY("what is seen of memory, and enforced"),
    ROOM("how much there is room for");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    /** Returns its heading. */
    String title() {
      return title;
    }
  }
}
