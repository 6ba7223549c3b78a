package dev.outlive.internal.protocol;

import dev.outlive.spi.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One message of each kind, and the bytes that the first version of the protocol made of it. */
final class GoldenFrames {
  static final Map<String, Message> MESSAGES = new LinkedHashMap<>();

  static {
    MESSAGES.put("codec", new Message.Codec(bytes("codec")));
    MESSAGES.put("initialize", new Message.Initialize(bytes("code")));
    MESSAGES.put("define", new Message.Define(7, bytes("code")));
    MESSAGES.put("forget", new Message.Forget(7));
    MESSAGES.put(
        "run",
        new Message.Run(
            99,
            3,
            false,
            12,
            7,
            40,
            2,
            "parse größer",
            Items.of(List.of(bytes("a"), bytes(""), bytes("three")))));
    MESSAGES.put(
        "run-alone",
        new Message.Run(100, 0, false, 13, 0, 0, 1, "work", Items.of(List.of(bytes("itself")))));
    MESSAGES.put(
        "run-timed",
        new Message.Run(
            101, 5, true, 14, 7, 3, 1, "row", Items.of(List.of(bytes("ab"), bytes("cd")))));
    MESSAGES.put("interrupt", new Message.Interrupt(99));
    MESSAGES.put("released", new Message.Released(5));
    MESSAGES.put("leave", new Message.Leave(bytes("")));
    MESSAGES.put("leave-finalizer", new Message.Leave(bytes("code")));
    MESSAGES.put("ready", new Message.Ready(4711, -123_456_789));
    MESSAGES.put("initialized", new Message.Initialized());
    MESSAGES.put("initializer-threw", new Message.InitializerThrew(bytes("copy")));
    MESSAGES.put("noted", new Message.Noted("größer in thread careless"));
    MESSAGES.put("returned", new Message.Returned(99, 41, 1_000_000, 900_000, bytes("value")));
    MESSAGES.put(
        "returned-row",
        new Message.ReturnedRow(99, 42, 2_000, Items.of(List.of(bytes("one"), bytes("two")))));
    MESSAGES.put(
        "returned-row-uneven",
        new Message.ReturnedRow(99, 44, 2_000, Items.of(List.of(bytes("one"), bytes("three")))));
    MESSAGES.put(
        "threw",
        new Message.Threw(
            99,
            42,
            5,
            4,
            false,
            List.of("com.acme.Wrong", "java.lang.Throwable"),
            bytes("copy"),
            bytes("error")));
    MESSAGES.put(
        "threw-undecodable",
        new Message.Threw(99, 42, 5, -1, true, List.of(), bytes("copy"), bytes("")));
    MESSAGES.put("withdrawn", new Message.Withdrawn(99));
    MESSAGES.put("bye", new Message.Bye());
    MESSAGES.put(
        "class-served", new Message.ClassServed(5, 3, "file:/größer.jar", bytes("class file")));
    MESSAGES.put("class-served-common", new Message.ClassServed(6, 0, "", bytes("")));
    MESSAGES.put(
        "resources-served",
        new Message.ResourcesServed(
            7, List.of(Optional.of(bytes("one")), Optional.empty(), Optional.of(bytes("")))));
    MESSAGES.put("resources-served-none", new Message.ResourcesServed(8, List.of()));
    MESSAGES.put("not-served", new Message.NotServed(9, true, "its loader hangs"));
    MESSAGES.put("class-wanted", new Message.ClassWanted(5, 3, "com.acme.Größer$1"));
    MESSAGES.put(
        "resources-wanted", new Message.ResourcesWanted(7, 3, true, "META-INF/services/x"));
  }

  private GoldenFrames() {}

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the checked-in bytes. */
  static byte[] golden(String name) {
    try (InputStream in = GoldenFrames.class.getResourceAsStream("/frames/" + name + ".hex")) {
      if (in == null) {
        throw new AssertionError("no golden frame " + name + "; today's is " + hex(name));
      }
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hex(String name) {
    Message message = MESSAGES.get(name);
    return message == null ? "unknown" : HexFormat.of().formatHex(write(message));
  }

  /** Returns what today's writer makes of a message. */
  static byte[] write(Message message) {
    return write(MessageCodec.encode(message));
  }

  static byte[] write(Frame frame) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new FrameWriter(out).write(List.of(frame));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Returns the message that a frame carries, whichever way it goes. */
  static Message decode(Frame frame) throws ProtocolException {
    return frame.type() < 65
        ? MessageCodec.decodeToWorker(frame)
        : MessageCodec.decodeToPool(frame);
  }
}
