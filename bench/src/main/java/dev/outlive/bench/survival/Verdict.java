package dev.outlive.bench.survival;

/**
 * What a row says of a contender.
 *
 * @param mark whether its criterion holds
 * @param words what happened, in a word or two
 */
record Verdict(Mark mark, String words) {
  /** Whether a row's criterion holds. */
  enum Mark {
    /** It holds. */
    GREEN("✔"),
    /** It does not. */
    RED("✘"),
    /** The contender is not here. */
    ABSENT("–");

    final String sign;

    Mark(String sign) {
      this.sign = sign;
    }
  }

  static Verdict green(String words) {
    return new Verdict(Mark.GREEN, words);
  }

  static Verdict red(String words) {
    return new Verdict(Mark.RED, words);
  }

  static Verdict of(boolean holds, String words) {
    return holds ? green(words) : red(words);
  }

  boolean isGreen() {
    return mark == Mark.GREEN;
  }

  @Override
  public String toString() {
    return mark.sign + " " + words;
  }
}
