package dev.outlive.internal.protocol;

import java.io.Externalizable;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.lang.reflect.Method;

/**
 * What is known about a class as soon as it is met in a stream, found out once for each class.
 *
 * @param shared whether it exists to be shared between threads
 * @param runsCode whether it has a method for its own decoding that is not the JDK's: {@code
 *     readObject}, {@code readObjectNoData}, {@code readResolve} or {@code readExternal}
 */
record EncodedTypes(boolean shared, boolean runsCode) {
  private static final ClassValue<EncodedTypes> KNOWN =
      new ClassValue<>() {
        @Override
        protected EncodedTypes computeValue(Class<?> type) {
          return new EncodedTypes(SharedState.is(type), runsCodeOf(type));
        }
      };

  static EncodedTypes of(Class<?> type) {
    return KNOWN.get(type);
  }

  /**
   * Superclasses that are serialisable are met by themselves. A record's constructor counts for
   * nothing: it has run where the record was made, with the same values.
   */
  private static boolean runsCodeOf(Class<?> type) {
    if (isOfTheJdk(type) || type.isEnum() || type.isArray() || type.isInterface()) {
      return false;
    }
    try {
      return (Externalizable.class.isAssignableFrom(type)
              && has(type, "readExternal", ObjectInput.class))
          || has(type, "readResolve")
          || (!type.isRecord()
              && (declares(type, "readObject", ObjectInputStream.class)
                  || declares(type, "readObjectNoData")));
    } catch (LinkageError e) { // a class that its methods name is missing: nobody can tell
      return true;
    }
  }

  private static boolean has(Class<?> type, String name, Class<?>... parameters) {
    for (Class<?> owner = type;
        owner != null && !isOfTheJdk(owner);
        owner = owner.getSuperclass()) {
      if (declares(owner, name, parameters)) {
        return true;
      }
    }
    return false;
  }

  private static boolean declares(Class<?> type, String name, Class<?>... parameters) {
    try {
      Method _ = type.getDeclaredMethod(name, parameters);
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static boolean isOfTheJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader.equals(ClassLoader.getPlatformClassLoader());
  }
}
