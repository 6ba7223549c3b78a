package dev.outlive.testkit;

import dev.outlive.spi.TaskCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kit passes for a codec that keeps the contract: the JDK's serialisation, with no frills. */
final class JdkCodecTest extends TaskCodecKit {
  record Own(String name, int size) implements Serializable {}

  private static final class JdkCodec implements TaskCodec {
    private static final long serialVersionUID = 1;

    @Override
    public void encode(@Nullable Object value, OutputStream out) throws IOException {
      ObjectOutputStream objects = new ObjectOutputStream(out);
      objects.writeObject(value);
      objects.flush();
    }

    @Override
    public @Nullable Object decode(InputStream in, ClassLoader loader)
        throws IOException, ClassNotFoundException {
      return new ObjectInputStream(in).readObject();
    }
  }

  @Override
  protected TaskCodec codec() {
    return new JdkCodec();
  }

  @Override
  protected List<Object> ownValues() {
    return List.of(new Own("größer", 7));
  }
}
