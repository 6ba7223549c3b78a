package dev.outlive.internal.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.io.StreamCorruptedException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value's stream: finds each class by the loader that the stream names, and puts the parts
 * that did not travel in it where their marks stand. Confined to one thread.
 */
final class ValueInput extends ObjectInputStream {
  private final Loaders loaders;
  private final Arrived value;

  ValueInput(InputStream in, Loaders loaders, Arrived value) throws IOException {
    super(in);
    this.loaders = loaders;
    this.value = value;
    if (!value.parts().isEmpty()) {
      enableResolveObject(true);
    }
  }

  @Override
  protected @Nullable Object resolveObject(@Nullable Object object) throws IOException {
    return object instanceof PartMark mark ? value.part(mark) : object;
  }

  @Override
  protected Class<?> resolveClass(ObjectStreamClass description)
      throws IOException, ClassNotFoundException {
    String name = description.getName();
    int loader = loader();
    Class<?> primitive = Class.forPrimitiveName(name);
    return primitive == null ? loaders.find(loader, name) : primitive;
  }

  @Override
  protected Class<?> resolveProxyClass(String[] interfaces)
      throws IOException, ClassNotFoundException {
    int loader = loader();
    if (loader == Loaders.COMMON) {
      return super.resolveProxyClass(interfaces);
    }
    Class<?>[] types = new Class<?>[interfaces.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = Class.forName(interfaces[i], false, loaders.loader(loader));
    }
    return proxy(loaders.loader(loader), types);
  }

  @SuppressWarnings("deprecation") // ObjectInputStream wants the class, before there is an object
  private static Class<?> proxy(ClassLoader loader, Class<?>[] types)
      throws ClassNotFoundException {
    try {
      return Proxy.getProxyClass(loader, types);
    } catch (IllegalArgumentException e) {
      throw new ClassNotFoundException("no proxy of these interfaces can be made here", e);
    }
  }

  private int loader() throws IOException {
    int number = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      int part = read();
      if (part < 0) {
        return number;
      }
      number |= (part & 0x7F) << shift;
      if (part < 0x80) {
        return number;
      }
    }
    throw new StreamCorruptedException("the number of a class's loader has no end");
  }
}
