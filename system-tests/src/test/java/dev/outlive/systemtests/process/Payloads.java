package dev.outlive.systemtests.process;

import dev.outlive.internal.protocol.JavaCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectStreamConstants;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.CodeSource;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Results that no honest worker sends. */
final class Payloads {
  static final int BOTTOM = 20_000;
  private static final int BOMB_LEVELS = 60;

  private Payloads() {}

  /** Has a version. */
  static final class Versioned implements Serializable {
    private static final long serialVersionUID = 0x1122334455667788L;
  }

  static ByteBuffer of(FakeWorker.Lie lie) throws IOException {
    return switch (lie) {
      case FOREIGN_CLASS -> JavaCodec.encode(List.of(new CodeSource(null, (Certificate[]) null)));
      case HUGE_ARRAY -> replaced(new boolean[] {true}, new byte[] {0, 0, 0, 1}, -1, -1, -1, -9);
      case BOTTOMLESS -> bottomless();
      case OTHER_VERSION -> replaced(new Versioned(), new byte[] {0x77, (byte) 0x88}, 0, 0);
      case HASH_BOMB -> JavaCodec.encode(bomb());
      default -> throw new AssertionError("no result of " + lie);
    };
  }

  /** The value with some bytes of it, where they come first, replaced; the sign is left out. */
  private static ByteBuffer replaced(Object value, byte[] old, int... others) throws IOException {
    ByteBuffer encoded = JavaCodec.encode(value);
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    for (int at = bytes.length - old.length; at >= 0; at--) {
      if (Arrays.equals(bytes, at, at + old.length, old, 0, old.length)) {
        for (int i = 0; i < others.length; i++) {
          bytes[at + i] = (byte) (i == 0 ? others[i] & 0x7F : others[i]);
        }
        return ByteBuffer.wrap(bytes);
      }
    }
    throw new AssertionError("no such bytes in " + value);
  }

  /** By hand: to encode it takes a stack as deep. */
  private static ByteBuffer bottomless() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    ByteBuffer one = JavaCodec.encode(new Object[] {null});
    out.write(one.array(), 0, one.remaining() - 1);
    for (int i = 1; i < BOTTOM; i++) {
      out.writeByte(ObjectStreamConstants.TC_ARRAY);
      out.writeByte(ObjectStreamConstants.TC_REFERENCE);
      out.writeInt(ObjectStreamConstants.baseWireHandle); // the class of the first
      out.writeInt(1);
    }
    out.writeByte(ObjectStreamConstants.TC_NULL);
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  /** What is innermost in a bomb, and puts it out when the test is over. */
  static final class Fuse implements Serializable {
    private static final long serialVersionUID = 1;
    static volatile boolean out;

    @Override
    public int hashCode() {
      if (out) {
        throw new IllegalStateException("put out");
      }
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Fuse;
    }
  }

  /** Each set is put into those above it while it is empty; only the reader hashes them full. */
  private static Set<Object> bomb() {
    Set<Object> root = new HashSet<>();
    Set<Object> left = root;
    Set<Object> right = new HashSet<>();
    for (int i = 0; i < BOMB_LEVELS; i++) {
      Set<Object> nextLeft = new HashSet<>();
      Set<Object> nextRight = new HashSet<>();
      nextLeft.add("not equal to its neighbour");
      left.add(nextLeft);
      left.add(nextRight);
      right.add(nextLeft);
      right.add(nextRight);
      left = nextLeft;
      right = nextRight;
    }
    left.add(new Fuse());
    right.add(new Fuse());
    return root;
  }
}
