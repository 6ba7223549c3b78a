package dev.outlive.internal.client;

import dev.outlive.internal.wire.Filters;
import dev.outlive.internal.wire.ValueCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Arguments and results as bytes, on their way to one server and back. The references in them are
 * held there already: who encodes one knows it by {@link #encodedBy}, who decodes one by {@link
 * #decodedBy}. Safe for use by many threads.
 */
final class Values {
  private static final ThreadLocal<@Nullable Client> ENCODING = new ThreadLocal<>();
  private static final ThreadLocal<@Nullable Client> DECODING = new ThreadLocal<>();

  private final Client client;
  private final Filters filters;

  Values(Client client, Filters filters) {
    this.client = client;
    this.filters = filters;
  }

  /** Returns for whose server this thread encodes just now; null if for none. */
  static @Nullable Client encodedBy() {
    return ENCODING.get();
  }

  /** Returns whose server's answer this thread decodes just now; null if none's. */
  static @Nullable Client decodedBy() {
    return DECODING.get();
  }

  ByteBuffer encode(@Nullable Object value, @Nullable UnaryOperator<@Nullable Object> replacing)
      throws IOException {
    Client before = ENCODING.get();
    ENCODING.set(client);
    try {
      return ValueCodec.encode(value, replacing);
    } finally {
      ENCODING.set(before);
    }
  }

  @Nullable Object decode(ByteBuffer bytes) throws IOException, ClassNotFoundException {
    Client before = DECODING.get();
    DECODING.set(client);
    try {
      return filters.decode(bytes);
    } finally {
      DECODING.set(before);
    }
  }
}
