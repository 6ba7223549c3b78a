package dev.outlive.internal.protocol;

import dev.outlive.spi.Frame;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages as frames and back. Fixed parts go into the head, encoded values into the payload. Every
 * length is checked before it is used; what does not fit is a {@link ProtocolException}.
 *
 * <p>Long, as the one place where all layouts stand.
 */
public final class MessageCodec {
  private static final byte DEFINE = 1;
  private static final byte FORGET = 2;
  private static final byte RUN = 3;
  private static final byte INTERRUPT = 4;
  private static final byte LEAVE = 5;
  private static final byte INITIALIZE = 6;
  private static final byte CODEC = 7;
  private static final byte RELEASED = 8;
  private static final byte CLASS_SERVED = 16;
  private static final byte RESOURCES_SERVED = 17;
  private static final byte NOT_SERVED = 18;
  private static final byte READY = 65;
  private static final byte RETURNED = 66;
  private static final byte THREW = 67;
  private static final byte WITHDRAWN = 68;
  private static final byte BYE = 69;
  private static final byte INITIALIZED = 70;
  private static final byte NOTED = 71;
  private static final byte RETURNED_ROW = 72;
  private static final byte INITIALIZER_THREW = 79;
  private static final byte CLASS_WANTED = 80;
  private static final byte RESOURCES_WANTED = 81;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int LONGEST_NAME_BYTES = 4096;
  private static final int MOST_TYPES = 64;

  /** Beside the number of a slot: the items have a limit. */
  private static final int TIMED = 1 << 8;

  /** In the place of a length: the worker has it of its own. */
  private static final int COMMON = -1;

  private MessageCodec() {}

  /** Returns the message as a frame. */
  public static Frame encode(Message message) {
    if (message instanceof Message.Ready ready) {
      return ready(ready); // the first: a worker that starts has no time to link the switch
    }
    return switch (message) {
      case Message.Codec m -> new Frame(CODEC, NOTHING, m.code());
      case Message.Initialize m -> new Frame(INITIALIZE, NOTHING, m.code());
      case Message.Define m -> new Frame(DEFINE, longs(m.function()), m.code());
      case Message.Forget m -> new Frame(FORGET, longs(m.function()), NOTHING);
      case Message.Run m -> run(m);
      case Message.Released m -> new Frame(RELEASED, longs(m.segment()), NOTHING);
      case Message.Interrupt m -> new Frame(INTERRUPT, longs(m.delivery()), NOTHING);
      case Message.Leave m -> new Frame(LEAVE, NOTHING, m.finalizer());
      case Message.ClassServed m ->
          new Frame(CLASS_SERVED, head(m.request(), m.loader(), m.source()), m.bytes());
      case Message.ResourcesServed m -> resources(m);
      case Message.NotServed m ->
          new Frame(NOT_SERVED, head(m.request(), m.passing() ? 1 : 0, m.why()), NOTHING);
      case Message.ClassWanted m ->
          new Frame(CLASS_WANTED, head(m.request(), m.loader(), m.name()), NOTHING);
      case Message.ResourcesWanted m -> resources(m);
      case Message.Ready m -> ready(m);
      case Message.Initialized m -> new Frame(INITIALIZED, NOTHING, NOTHING);
      case Message.InitializerThrew m -> new Frame(INITIALIZER_THREW, NOTHING, m.copy());
      case Message.Noted m -> new Frame(NOTED, text(m.text()), NOTHING);
      case Message.Returned m ->
          new Frame(RETURNED, longs(m.delivery(), m.item(), m.ranNanos(), m.cpuNanos()), m.value());
      case Message.ReturnedRow m -> returnedRow(m);
      case Message.Threw m -> threw(m);
      case Message.Withdrawn m -> new Frame(WITHDRAWN, longs(m.delivery()), NOTHING);
      case Message.Bye m -> new Frame(BYE, NOTHING, NOTHING);
    };
  }

  /** Returns the message that a frame from the pool carries. */
  public static Message.ToWorker decodeToWorker(Frame frame) throws ProtocolException {
    if (decode(frame) instanceof Message.ToWorker message) {
      return message;
    }
    throw new ProtocolException("a worker was sent a message of type " + frame.type());
  }

  /** Returns the message that a frame from a worker carries. */
  public static Message.ToPool decodeToPool(Frame frame) throws ProtocolException {
    if (decode(frame) instanceof Message.ToPool message) {
      return message;
    }
    throw new ProtocolException("a pool was sent a message of type " + frame.type());
  }

  /** Returns whether the frame says that the worker is ready. */
  public static boolean isReady(Frame frame) {
    return frame.type() == READY;
  }

  /** Returns whether the frame says that the worker leaves as asked. */
  public static boolean isBye(Frame frame) {
    return frame.type() == BYE;
  }

  /** Returns the delivery that a frame carries or answers; 0 if it has to do with none. */
  public static long delivery(Frame frame) {
    return switch (frame.type()) {
      case RUN, RETURNED, RETURNED_ROW, THREW, WITHDRAWN ->
          frame.head().remaining() < Long.BYTES ? 0 : frame.head().getLong(frame.head().position());
      default -> 0;
    };
  }

  private static Frame ready(Message.Ready message) {
    return new Frame(READY, longs(message.pid(), message.nanoTime()), NOTHING);
  }

  private static Message decode(Frame frame) throws ProtocolException {
    ByteBuffer head = frame.head().duplicate();
    ByteBuffer payload = frame.payload().duplicate();
    try {
      Message message =
          switch (frame.type()) {
            case CODEC -> new Message.Codec(take(payload));
            case INITIALIZE -> new Message.Initialize(take(payload));
            case DEFINE -> new Message.Define(head.getLong(), take(payload));
            case FORGET -> new Message.Forget(head.getLong());
            case RUN -> run(head, payload);
            case RELEASED -> new Message.Released(head.getLong());
            case INTERRUPT -> new Message.Interrupt(head.getLong());
            case LEAVE -> new Message.Leave(take(payload));
            case CLASS_SERVED ->
                new Message.ClassServed(head.getLong(), item(head), text(head), take(payload));
            case RESOURCES_SERVED -> resourcesServed(head, payload);
            case NOT_SERVED ->
                new Message.NotServed(head.getLong(), head.getLong() == 1, text(head));
            case CLASS_WANTED -> new Message.ClassWanted(head.getLong(), item(head), text(head));
            case RESOURCES_WANTED ->
                new Message.ResourcesWanted(
                    head.getLong(), item(head), head.getLong() == 1, text(head));
            case READY -> new Message.Ready(head.getLong(), head.getLong());
            case INITIALIZED -> new Message.Initialized();
            case INITIALIZER_THREW -> new Message.InitializerThrew(take(payload));
            case NOTED -> new Message.Noted(text(head));
            case RETURNED ->
                new Message.Returned(
                    head.getLong(), item(head), head.getLong(), head.getLong(), take(payload));
            case RETURNED_ROW ->
                new Message.ReturnedRow(
                    head.getLong(), item(head), head.getLong(), items(head, payload));
            case THREW -> threw(head, payload);
            case WITHDRAWN -> new Message.Withdrawn(head.getLong());
            case BYE -> new Message.Bye();
            default -> throw new ProtocolException("no message has the type " + frame.type());
          };
      if (head.hasRemaining() || payload.hasRemaining()) {
        throw new ProtocolException(
            "a message of type "
                + frame.type()
                + " is "
                + head.remaining()
                + " + "
                + payload.remaining()
                + " bytes too long");
      }
      return message;
    } catch (BufferUnderflowException e) {
      throw new ProtocolException("a message of type " + frame.type() + " is too short");
    }
  }

  private static Frame run(Message.Run m) {
    byte[] name = m.name().getBytes(StandardCharsets.UTF_8);
    int lengths = lengthsOf(m.items());
    ByteBuffer head = ByteBuffer.allocate(8 * 6 + 4 + name.length + lengths);
    long slot = m.timed() ? m.slot() | TIMED : m.slot();
    head.putLong(m.delivery()).putLong(slot).putLong(m.task()).putLong(m.function());
    head.putLong(m.from()).putLong(m.attempt()).putInt(name.length).put(name);
    return new Frame(RUN, lengths(m.items(), head).flip(), m.items().bytes());
  }

  private static Message.Run run(ByteBuffer head, ByteBuffer payload) throws ProtocolException {
    long delivery = head.getLong();
    int slot = item(head);
    long task = head.getLong();
    long function = head.getLong();
    int from = item(head);
    int attempt = item(head);
    String name = text(head);
    Items items = items(head, payload);
    boolean timed = (slot & TIMED) != 0;
    return new Message.Run(
        delivery, slot & ~TIMED, timed, task, function, from, attempt, name, items);
  }

  private static Frame returnedRow(Message.ReturnedRow m) {
    ByteBuffer head = ByteBuffer.allocate(8 * 3 + lengthsOf(m.values()));
    head.putLong(m.delivery()).putLong(m.from()).putLong(m.ranNanos());
    return new Frame(RETURNED_ROW, lengths(m.values(), head).flip(), m.values().bytes());
  }

  // ---- items: their number and the length of each; the number below zero: one length for all

  private static int lengthsOf(Items items) {
    return shareLength(items) ? 4 + 4 : 4 + 4 * items.size();
  }

  private static boolean shareLength(Items items) {
    return items.isUniform() && items.size() > 1;
  }

  private static ByteBuffer lengths(Items items, ByteBuffer head) {
    if (shareLength(items)) {
      return head.putInt(-items.size()).putInt(items.length(0));
    }
    head.putInt(items.size());
    for (int i = 0; i < items.size(); i++) {
      head.putInt(items.length(i));
    }
    return head;
  }

  private static Items items(ByteBuffer head, ByteBuffer payload) throws ProtocolException {
    int number = head.getInt();
    if (number == 0) {
      throw new ProtocolException("a delivery must have at least one item, items=0");
    }
    if (number < -1) {
      int count = count(-number, SlotWord.MOST_ITEMS);
      int each = count(head.getInt(), payload.remaining() / count);
      return Items.same(slice(payload, each * count), each, count);
    }
    int[] ends = new int[count(number, head.remaining() / 4)];
    int length = 0;
    for (int i = 0; i < ends.length; i++) {
      length += count(head.getInt(), payload.remaining() - length);
      ends[i] = length;
    }
    return Items.of(slice(payload, length), ends);
  }

  private static Frame threw(Message.Threw m) {
    List<byte[]> types =
        m.types().stream()
            .limit(MOST_TYPES)
            .map(type -> type.getBytes(StandardCharsets.UTF_8))
            .filter(type -> type.length <= LONGEST_NAME_BYTES)
            .toList();
    int length = types.stream().mapToInt(type -> 4 + type.length).sum();
    ByteBuffer head = ByteBuffer.allocate(8 * 5 + 4 + length + 4);
    head.putLong(m.delivery()).putLong(m.item()).putLong(m.ranNanos()).putLong(m.cpuNanos());
    head.putLong(m.undecodable() ? 1 : 0).putInt(types.size());
    types.forEach(type -> head.putInt(type.length).put(type));
    head.putInt(m.copy().remaining());
    int payload = Math.addExact(m.copy().remaining(), m.error().remaining());
    return new Frame(THREW, head.flip(), together(List.of(m.copy(), m.error()), payload));
  }

  private static Message.Threw threw(ByteBuffer head, ByteBuffer payload) throws ProtocolException {
    long delivery = head.getLong();
    int item = item(head);
    long ran = head.getLong();
    long cpu = head.getLong();
    boolean undecodable = head.getLong() == 1;
    int count = count(head.getInt(), MOST_TYPES);
    List<String> types = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      types.add(text(head));
    }
    ByteBuffer copy = slice(payload, head.getInt());
    return new Message.Threw(delivery, item, ran, cpu, undecodable, types, copy, take(payload));
  }

  private static Frame resources(Message.ResourcesWanted m) {
    ByteBuffer name = text(m.name());
    ByteBuffer head = ByteBuffer.allocate(8 * 3 + name.remaining());
    head.putLong(m.request()).putLong(m.loader()).putLong(m.all() ? 1 : 0).put(name);
    return new Frame(RESOURCES_WANTED, head.flip(), NOTHING);
  }

  private static Frame resources(Message.ResourcesServed m) {
    ByteBuffer head = ByteBuffer.allocate(8 + 4 + 4 * m.found().size());
    head.putLong(m.request()).putInt(m.found().size());
    m.found().forEach(one -> head.putInt(one.map(ByteBuffer::remaining).orElse(COMMON)));
    List<ByteBuffer> parts = m.found().stream().flatMap(Optional::stream).toList();
    int length = 0;
    for (ByteBuffer part : parts) {
      length = Math.addExact(length, part.remaining());
    }
    return new Frame(RESOURCES_SERVED, head.flip(), together(parts, length));
  }

  private static Message.ResourcesServed resourcesServed(ByteBuffer head, ByteBuffer payload)
      throws ProtocolException {
    long request = head.getLong();
    int count = count(head.getInt(), head.remaining() / 4);
    List<Optional<ByteBuffer>> found = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = head.getInt();
      found.add(length == COMMON ? Optional.empty() : Optional.of(slice(payload, length)));
    }
    return new Message.ResourcesServed(request, found);
  }

  private static ByteBuffer head(long first, long second, String text) {
    ByteBuffer third = text(text);
    ByteBuffer head = ByteBuffer.allocate(8 * 2 + third.remaining());
    return head.putLong(first).putLong(second).put(third).flip();
  }

  private static ByteBuffer text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, LONGEST_NAME_BYTES);
    return ByteBuffer.allocate(4 + length).putInt(length).put(bytes, 0, length).flip();
  }

  private static ByteBuffer longs(long... values) {
    ByteBuffer head = ByteBuffer.allocate(8 * values.length);
    for (long value : values) {
      head.putLong(value);
    }
    return head.flip();
  }

  private static ByteBuffer together(List<ByteBuffer> parts, int length) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    parts.forEach(part -> all.put(part.duplicate()));
    return all.flip();
  }

  private static int item(ByteBuffer head) throws ProtocolException {
    long value = head.getLong();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new ProtocolException("a number must be 0.." + Integer.MAX_VALUE + ", got " + value);
    }
    return (int) value;
  }

  private static int count(int value, int most) throws ProtocolException {
    if (value < 0 || value > most) {
      throw new ProtocolException("a count must be 0.." + most + ", got " + value);
    }
    return value;
  }

  private static String text(ByteBuffer head) throws ProtocolException {
    byte[] bytes = new byte[count(head.getInt(), LONGEST_NAME_BYTES)];
    head.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ByteBuffer slice(ByteBuffer payload, int length) throws ProtocolException {
    ByteBuffer slice = payload.slice(payload.position(), count(length, payload.remaining()));
    payload.position(payload.position() + length);
    return slice;
  }

  private static ByteBuffer take(ByteBuffer payload) {
    ByteBuffer rest = payload.slice();
    payload.position(payload.limit());
    return rest;
  }
}
