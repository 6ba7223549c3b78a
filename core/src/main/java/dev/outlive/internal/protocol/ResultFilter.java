package dev.outlive.internal.protocol;

import java.io.ObjectInputFilter;
import java.net.URL;
import java.security.CodeSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What may come back from a worker: values and collections of the JDK, exceptions, classes from the
 * place that the task's own class came from (for one that was compiled in memory: from its loader),
 * and what the user has allowed. Defence in depth: a worker runs as the same user.
 */
public final class ResultFilter implements ObjectInputFilter {
  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
  private static final long DEEPEST = 10_000;

  /** Packages of values only. */
  private static final Set<String> JDK_PACKAGES =
      Set.of(
          "java.math",
          "java.time",
          "java.time.chrono",
          "java.time.temporal",
          "java.time.zone",
          "java.util.concurrent.atomic",
          "java.util.concurrent.locks"); // parts of the concurrent collections

  private static final Set<String> JDK_TYPES = new HashSet<>();

  static {
    allow(
        "java.lang.",
        """
        Object Boolean Character Number Byte Short Integer Long Float Double String StringBuffer
        StringBuilder StackTraceElement String$CaseInsensitiveComparator
        """);
    allow(
        "java.util.",
        """
        AbstractMap$SimpleEntry AbstractMap$SimpleImmutableEntry ArrayDeque ArrayList
        Arrays$ArrayList BitSet Calendar CollSer Currency Date EnumMap EnumSet
        EnumSet$SerializationProxy GregorianCalendar HashMap HashSet Hashtable IdentityHashMap
        JumboEnumSet LinkedHashMap LinkedHashSet LinkedList Locale PriorityQueue Properties Random
        RegularEnumSet SimpleTimeZone Stack TimeZone TreeMap TreeSet UUID Vector regex.Pattern
        """);
    allow(
        "java.util.concurrent.",
        """
        ArrayBlockingQueue ConcurrentHashMap ConcurrentHashMap$CollectionView
        ConcurrentHashMap$KeySetView ConcurrentHashMap$Segment ConcurrentLinkedDeque
        ConcurrentLinkedQueue ConcurrentSkipListMap ConcurrentSkipListSet CopyOnWriteArrayList
        CopyOnWriteArraySet LinkedBlockingDeque LinkedBlockingQueue PriorityBlockingQueue
        """);
    allow("java.net.", "Inet4Address Inet6Address InetAddress InetSocketAddress SocketAddress URI");
    allow("", "java.io.File sun.util.calendar.ZoneInfo");
  }

  private final Class<?> home;
  private final @Nullable URL location;
  private final List<ObjectInputFilter> allowed;
  private final long maxBytes;
  private @Nullable String refused;

  /**
   * Creates a filter for one result.
   *
   * @param home a class of the task: what comes from the same place is its own code
   * @param patterns what else is allowed, in the syntax of {@link ObjectInputFilter.Config}
   * @param maxBytes the longest array, in elements, and the longest stream
   */
  public ResultFilter(Class<?> home, List<String> patterns, long maxBytes) {
    this.home = home;
    this.location = location(home);
    this.allowed = patterns.stream().map(ObjectInputFilter.Config::createFilter).toList();
    this.maxBytes = maxBytes;
  }

  /** Returns the name of the class that was refused, if one was. */
  public @Nullable String refused() {
    return refused;
  }

  @Override
  public Status checkInput(FilterInfo info) {
    if (info.depth() > DEEPEST || info.streamBytes() > maxBytes || info.arrayLength() > maxBytes) {
      return Status.REJECTED;
    }
    Class<?> type = info.serialClass();
    if (type == null) {
      return Status.UNDECIDED;
    }
    while (type.isArray()) {
      type = type.getComponentType();
    }
    if (type.isPrimitive() || ours(type) || allowedByUser(info)) {
      return Status.ALLOWED;
    }
    refused = type.getName();
    return Status.REJECTED;
  }

  private boolean ours(Class<?> type) {
    if (Throwable.class.isAssignableFrom(type)) {
      return true;
    }
    if (type.getModule() == Object.class.getModule()) {
      return jdkValue(type);
    }
    URL from = location(type);
    if (from == null || location == null) {
      return from == null && location == null && inMemory(type);
    }
    return from.toString().equals(location.toString());
  }

  /** Compiled in memory, both: then the loader is all that tells where they come from. */
  @SuppressWarnings(
      "ReferenceEquality") // what a loader of the user's says of equality is no matter
  private boolean inMemory(Class<?> type) {
    ClassLoader loader = home.getClassLoader();
    return loader != null
        && loader != ClassLoader.getSystemClassLoader()
        && loader != ClassLoader.getPlatformClassLoader()
        && loader == type.getClassLoader();
  }

  private static void allow(String prefix, String names) {
    WHITE_SPACE.splitAsStream(names.strip()).map(prefix::concat).forEach(JDK_TYPES::add);
  }

  /** An interface stands for arrays of it; what implements it is asked about by itself. */
  private static boolean jdkValue(Class<?> type) {
    String name = type.getName();
    return type.isInterface()
        || Enum.class.isAssignableFrom(type)
        || JDK_TYPES.contains(name)
        || JDK_PACKAGES.contains(type.getPackageName())
        || name.startsWith("java.util.Collections$")
        || name.startsWith("java.util.ImmutableCollections$");
  }

  private boolean allowedByUser(FilterInfo info) {
    return allowed.stream().anyMatch(filter -> filter.checkInput(info) == Status.ALLOWED);
  }

  private static @Nullable URL location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null ? null : source.getLocation();
  }
}
