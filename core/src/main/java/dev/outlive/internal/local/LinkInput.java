package dev.outlive.internal.local;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * All that a worker says: what comes over its link, and after the link's end what the worker had
 * kept in its page and not yet sent. Confined to one thread.
 */
final class LinkInput extends InputStream {
  private final InputStream link;
  private final PageOwner page;
  private long read;
  private @Nullable InputStream rest;

  LinkInput(InputStream link, PageOwner page) {
    this.link = link;
    this.page = page;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    InputStream left = rest;
    if (left != null) {
      return left.read(into, offset, length);
    }
    int count = link.read(into, offset, length);
    if (count >= 0) {
      read += count;
      return count;
    }
    left = new ByteArrayInputStream(page.unsentAfter(read));
    rest = left;
    return left.read(into, offset, length);
  }
}
