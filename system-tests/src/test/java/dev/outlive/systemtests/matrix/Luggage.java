package dev.outlive.systemtests.matrix;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;

/** What travels, and does harm on its way. */
final class Luggage {
  private Luggage() {}

  /** Does harm where it arrives. */
  static final class Argument implements Serializable {
    private static final long serialVersionUID = 1;

    private final Way way;

    Argument(Way way) {
      this.way = way;
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      Deed.of(way).run();
    }
  }

  /** Does harm where it leaves. */
  static final class Result implements Serializable {
    private static final long serialVersionUID = 1;

    private final Way way;

    Result(Way way) {
      this.way = way;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
      Deed.of(way).run();
      out.defaultWriteObject();
    }
  }
}
