package dev.outlive.internal.protocol;

import java.io.Externalizable;
import java.io.Serializable;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the way from a value to the part of it that cannot travel, since it is not serialisable or
 * exists to be shared, for a message that a user can act on: {@code OrderTask.lambda -> captured
 * value 1 (OrderService) -> field "connection" (Connection)}. The JDK tells this only under a flag
 * that is read when the JVM starts.
 *
 * <p>Breadth first, so that the shortest way is told; bounded; follows what reflection may see.
 */
public final class CapturePath {
  private static final int MOST_OBJECTS = 10_000;
  private static final String CURE =
      "Make it serialisable, create it inside the task, or copy what the task needs of it into a"
          + " local variable first";
  private static final String CURE_OF_THIS =
      "The lambda uses the object around it: make the method, field or class of it that it uses"
          + " static, or copy what the task needs into a local variable first";

  private record Step(Object value, String path) {}

  private final Deque<Step> open = new ArrayDeque<>();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Predicate<Object> guilty;

  private CapturePath(Predicate<Object> guilty) {
    this.guilty = guilty;
  }

  /** Returns a sentence that names the path to the first part that is not serialisable. */
  public static String describe(@Nullable Object root, @Nullable String className) {
    CapturePath search =
        new CapturePath(
            value ->
                !(value instanceof Serializable)
                    && (className == null || className.equals(value.getClass().getName())));
    Step found = root == null ? null : search.find(root);
    String part = className == null ? "a part of it" : className;
    return part
        + " is not serialisable"
        + (found == null ? "" : "; the way to it: " + found.path())
        + ". "
        + cure(found);
  }

  /**
   * Returns words that name the path to the first part that exists to be shared; null if none is
   * found.
   */
  static @Nullable String describeShared(Object root) {
    Step found = new CapturePath(SharedState::isOne).find(root);
    return found == null
        ? null
        : "it holds a " + found.value().getClass().getName() + "; the way to it: " + found.path();
  }

  private static String cure(@Nullable Step found) {
    if (found == null) {
      return CURE;
    }
    boolean self = found.path().contains(" -> this (") && !found.path().contains(" -> field");
    return SharedState.isOne(found.value()) ? SharedState.CURE : self ? CURE_OF_THIS : CURE;
  }

  /** An instance method's first captured value is the object around the lambda. */
  private static boolean capturesThis(SerializedLambda lambda) {
    return lambda.getImplMethodKind() != MethodHandleInfo.REF_invokeStatic
        && lambda.getImplMethodName().startsWith("lambda$");
  }

  private @Nullable Step find(Object root) {
    add(root, "");
    for (int i = 0; i < MOST_OBJECTS && !open.isEmpty(); i++) {
      Step step = open.removeFirst();
      if (guilty.test(step.value())) {
        return step;
      } else if (step.value() instanceof Serializable) {
        expand(step);
      }
    }
    return null;
  }

  private void expand(Step step) {
    Object value = step.value();
    if (value instanceof Enum<?> || value instanceof Externalizable) {
      return; // their fields do not travel
    }
    SerializedLambda lambda = LambdaCode.of(value);
    if (lambda != null) {
      for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
        boolean self = i == 0 && capturesThis(lambda);
        add(
            lambda.getCapturedArg(i),
            step.path() + (self ? " -> this" : " -> captured value " + (i + 1)));
      }
      return;
    }
    switch (value) {
      case Object[] array -> {
        for (int i = 0; i < array.length; i++) {
          add(array[i], step.path() + " -> [" + i + "]");
        }
      }
      case Map<?, ?> map when jdk(value) -> {
        if (value instanceof SortedMap<?, ?> sorted) {
          add(sorted.comparator(), step.path() + " -> its comparator");
        }
        map.forEach(
            (key, mapped) -> {
              add(key, step.path() + " -> a key");
              add(mapped, step.path() + " -> the value of a key");
            });
      }
      case Iterable<?> items when jdk(value) -> {
        if (value instanceof SortedSet<?> sorted) {
          add(sorted.comparator(), step.path() + " -> its comparator");
        }
        int i = 0;
        for (Object item : items) {
          add(item, step.path() + " -> element " + i++);
        }
      }
      default -> fields(step);
    }
  }

  private void fields(Step step) {
    for (Class<?> type = step.value().getClass();
        type != null && Serializable.class.isAssignableFrom(type);
        type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        int modifiers = field.getModifiers();
        boolean travels = !Modifier.isStatic(modifiers) && !Modifier.isTransient(modifiers);
        if (travels && !field.getType().isPrimitive() && field.trySetAccessible()) {
          add(read(field, step.value()), step.path() + " -> field \"" + field.getName() + '"');
        }
      }
    }
  }

  private static @Nullable Object read(Field field, Object owner) {
    try {
      return field.get(owner);
    } catch (IllegalAccessException e) {
      return null;
    }
  }

  private void add(@Nullable Object value, String path) {
    if (value != null && seen.add(value)) {
      open.addLast(new Step(value, path.isEmpty() ? name(value) : path + " (" + name(value) + ")"));
    }
  }

  private static String name(Object value) {
    SerializedLambda lambda = LambdaCode.of(value);
    return lambda == null
        ? value.getClass().getTypeName()
        : "the lambda in " + lambda.getCapturingClass().replace('/', '.');
  }

  private static boolean jdk(Object value) {
    return value.getClass().getModule() == Object.class.getModule();
  }
}
