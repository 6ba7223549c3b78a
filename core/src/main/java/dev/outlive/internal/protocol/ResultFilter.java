package dev.outlive.internal.protocol;

import java.io.ObjectInputFilter;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.security.CodeSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What may come back from a worker: values and collections of the JDK, exceptions, classes from the
 * place that the task's own class came from (for one that was compiled in memory: from its loader),
 * and what the user has allowed. A dynamic proxy comes back if its interfaces and its handler may.
 * Defence in depth: a worker runs as the same user.
 */
public final class ResultFilter implements ObjectInputFilter {
  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

  private static final long DEEPEST = 10_000;
  private static final long TABLE_PLACES = 8;
  private static final long SMALL_TABLE = 1_024;

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

  /** Packages of what stands for a thing that is shared, and of what that can be called by. */
  private static final Set<String> SHARED =
      Set.of(
          "dev.outlive.memory",
          "dev.outlive.managed",
          "dev.outlive.internal.client",
          "dev.outlive.internal.service");

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
    allow("", "java.io.File java.lang.Class sun.util.calendar.ZoneInfo");
  }

  private final @Nullable Class<?> home;
  private final @Nullable URL location;
  private final List<ObjectInputFilter> allowed;
  private final long maxBytes;
  private final long encodedBytes;
  private final String setting;
  private @Nullable String refusal;

  /**
   * Creates a filter for one result.
   *
   * @param home a class of the task: what comes from the same place is its own code
   * @param patterns what else is allowed, in the syntax of {@link ObjectInputFilter.Config}
   * @param maxBytes the most bytes that a result may have
   * @param encodedBytes how many it has: no array in it can have more elements than they allow
   */
  public ResultFilter(Class<?> home, List<String> patterns, long maxBytes, long encodedBytes) {
    this(home, patterns, maxBytes, encodedBytes, "the pool's builder: .allowResults");
  }

  /**
   * Returns a filter for one value that knows no code of its own: values, exceptions, references,
   * and what is allowed by name.
   *
   * @param setting where a class can be allowed, for the message that it is not
   */
  public static ResultFilter ofValues(List<String> patterns, long encodedBytes, String setting) {
    return new ResultFilter(null, patterns, Long.MAX_VALUE, encodedBytes, setting);
  }

  private ResultFilter(
      @Nullable Class<?> home,
      List<String> patterns,
      long maxBytes,
      long encodedBytes,
      String setting) {
    this.setting = setting;
    this.home = home;
    this.location = home == null ? null : location(home);
    this.allowed = patterns.stream().map(ObjectInputFilter.Config::createFilter).toList();
    this.maxBytes = maxBytes;
    this.encodedBytes = encodedBytes;
  }

  /** Returns why it was refused, as words that follow "the result"; null if it was not. */
  public @Nullable String refusal() {
    return refusal;
  }

  @Override
  public Status checkInput(FilterInfo info) {
    if (encodedBytes > maxBytes) {
      return refuse(
          String.format(
              Locale.ROOT,
              "has %,d bytes encoded, the limit is %,d. Raise maxResultBytes, or return less",
              encodedBytes,
              maxBytes));
    }
    if (info.depth() > DEEPEST) {
      return refuse(
          String.format(
              Locale.ROOT, "is nested deeper than %,d objects. Flatten it in the task", DEEPEST));
    }
    Class<?> type = info.serialClass();
    if (type == null) {
      return Status.UNDECIDED;
    }
    long most = mostElements(type);
    if (info.arrayLength() > most) {
      return refuse(
          String.format(
              Locale.ROOT,
              "claims to hold a %s of %,d elements, and %,d bytes encoded have %,d at most: its"
                  + " worker sent what it never encoded",
              type.getTypeName(),
              info.arrayLength(),
              encodedBytes,
              most));
    }
    while (type.isArray()) {
      type = type.getComponentType();
    }
    return type.isPrimitive()
            || type == PartMark.class
            || madeHere(type)
            || isShared(type)
            || ours(type)
            || allowedByUser(info)
        ? Status.ALLOWED
        : refuse(
            "holds a "
                + type.getName()
                + ", which is neither a value of the JDK nor of the task's own code. If it may"
                + " come back, add to "
                + setting
                + "(\""
                + type.getName()
                + "\")");
  }

  private Status refuse(String why) {
    refusal = why;
    return Status.REJECTED;
  }

  /** Collections ask for the table that they will allocate, up to eight places for an element. */
  private long mostElements(Class<?> type) {
    Class<?> element = type.componentType();
    if (element == null) {
      return Long.MAX_VALUE;
    }
    return element.isPrimitive()
        ? encodedBytes / bytes(element)
        : Math.multiplyExact(TABLE_PLACES, encodedBytes) + SMALL_TABLE;
  }

  /** A proxy or a lambda: of what it is made has been asked before. */
  private static boolean madeHere(Class<?> type) {
    return Proxy.isProxyClass(type) || type.isHidden();
  }

  /** Handles, which check what they are told, and what they become. */
  private static boolean isShared(Class<?> type) {
    return SHARED.contains(type.getPackageName());
  }

  private boolean ours(Class<?> type) {
    if (Throwable.class.isAssignableFrom(type)) {
      return true;
    }
    if (type.getModule() == Object.class.getModule()) {
      return jdkValue(type);
    }
    if (home == null) {
      return false;
    }
    URL from = location(type);
    if (from == null || location == null) {
      return from == null && location == null && inMemory(home, type);
    }
    return from.toString().equals(location.toString());
  }

  /** Compiled in memory, both: then the loader is all that tells where they come from. */
  @SuppressWarnings(
      "ReferenceEquality") // what a loader of the user's says of equality is no matter
  private static boolean inMemory(Class<?> home, Class<?> type) {
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

  private static int bytes(Class<?> primitive) {
    return switch (primitive.getName()) {
      case "boolean", "byte" -> 1;
      case "short", "char" -> 2;
      case "int", "float" -> 4;
      default -> 8;
    };
  }

  private boolean allowedByUser(FilterInfo info) {
    return allowed.stream().anyMatch(filter -> filter.checkInput(info) == Status.ALLOWED);
  }

  private static @Nullable URL location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null ? null : source.getLocation();
  }
}
