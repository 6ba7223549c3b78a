package dev.outlive.internal.wire;

import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.spi.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How client and server make sure of each other before any object is decoded.
 *
 * <pre>
 *   client                                       server
 *   HELLO   version, client, line, nonce ---->
 *                                        <----   CHALLENGE  manager, nonce, proof of the server
 *   PROOF   of the client                ---->
 *                                        <----   WELCOME    the most bytes of a frame, functions?
 *   proof = HMAC-SHA256(key, side, manager, client, nonce of the client, nonce of the server)
 * </pre>
 *
 * <p>Each side proves that it knows the key, over both nonces, and the side is part of what is
 * proved, so that nobody can send a proof back to where it came from (RFC 2104). Over a Unix socket
 * in a directory that is closed to others there is no key: the nonces and proofs are empty.
 */
public final class Handshake {
  /** The version of all that is said; it rises with every change. */
  static final int VERSION = 1;

  private static final byte HELLO = 1;
  private static final byte CHALLENGE = 2;
  private static final byte PROOF = 3;
  private static final byte WELCOME = 4;
  private static final byte REFUSED = 5;
  private static final int NONCE_BYTES = 32;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private Handshake() {}

  /**
   * What a client has learnt.
   *
   * @param manager the id of the manager
   * @param maxFrameBytes the most bytes that a frame may have
   * @param functions whether functions may be sent
   */
  public record Welcome(String manager, long maxFrameBytes, boolean functions) {}

  /**
   * Who is on the other side of a connection.
   *
   * @param client what all connections of that client have in common
   * @param line the number of this one; 0: its life line
   */
  public record Guest(String client, int line) {}

  /** Takes in who has shown that he may come. */
  @FunctionalInterface
  public interface Reception {
    /**
     * Somebody is about to be told that he is let in.
     *
     * @throws IOException if he is not, after all
     */
    void admit(Guest guest) throws IOException;
  }

  /**
   * Introduces a client.
   *
   * @param self this client, and the number of this connection
   * @param key the manager's; null: none is asked for
   * @throws AccessException if one of the two does not know the key, or another version is spoken
   * @throws IOException if the connection ends or the server takes too long
   */
  public static Welcome asClient(Wire wire, Guest self, byte @Nullable [] key) throws IOException {
    String client = self.client();
    byte[] own = key == null ? new byte[0] : nonce();
    wire.write(
        frame(HELLO, new Text().number(VERSION).text(client).number(self.line()).bytes(own)));
    ByteBuffer challenge = expect(wire, CHALLENGE);
    String manager = text(challenge);
    byte[] other = bytes(challenge);
    byte[] proof = bytes(challenge);
    if (key != null
        && !MessageDigest.isEqual(proof, proof(key, "S", manager, client, own, other))) {
      throw new AccessException(
          "whoever listens there does not know the key, or has another one: nothing was sent");
    }
    if (key == null && other.length > 0) {
      throw new AccessException("the manager asks for a key, and none was given");
    }
    byte[] answer = key == null ? new byte[0] : proof(key, "C", manager, client, own, other);
    wire.write(frame(PROOF, new Text().bytes(answer)));
    ByteBuffer welcome = expect(wire, WELCOME);
    if (welcome.remaining() != Long.BYTES + 1) {
      throw new ProtocolException("a message of the handshake has the wrong length");
    }
    return new Welcome(manager, welcome.getLong(), welcome.get() != 0);
  }

  /**
   * Lets a client in, or says why not.
   *
   * @param reception told who it is before he is let in, and may refuse
   * @throws AccessException if the client does not know the key
   * @throws IOException if the connection ends, the client takes too long or says something else
   */
  public static void asServer(
      Wire wire, byte @Nullable [] key, Welcome welcome, Reception reception) throws IOException {
    ByteBuffer hello = expect(wire, HELLO);
    int version = number(hello);
    if (version != VERSION) {
      throw refuse(wire, "version " + version + " was sent, " + VERSION + " is spoken here");
    }
    String client = text(hello);
    int line = number(hello);
    byte[] other = bytes(hello);
    if (key != null && other.length != NONCE_BYTES) {
      throw refuse(wire, "this manager asks for a key");
    }
    byte[] own = key == null ? new byte[0] : nonce();
    String manager = welcome.manager();
    byte[] proof = key == null ? new byte[0] : proof(key, "S", manager, client, other, own);
    wire.write(frame(CHALLENGE, new Text().text(manager).bytes(own).bytes(proof)));
    byte[] answer = bytes(expect(wire, PROOF));
    if (key != null
        && !MessageDigest.isEqual(answer, proof(key, "C", manager, client, other, own))) {
      throw refuse(wire, "the key is not that of this manager");
    }
    reception.admit(new Guest(client, line));
    ByteBuffer head = ByteBuffer.allocate(Long.BYTES + 1).putLong(welcome.maxFrameBytes());
    wire.write(new Frame(WELCOME, head.put((byte) (welcome.functions() ? 1 : 0)).flip(), NOTHING));
  }

  private static AccessException refuse(Wire wire, String why) throws IOException {
    wire.write(frame(REFUSED, new Text().text(why)));
    return new AccessException(why);
  }

  private static ByteBuffer expect(Wire wire, byte type) throws IOException {
    Frame frame = wire.read();
    if (frame == null) {
      throw new EOFException("the connection ended before both sides had made sure of each other");
    }
    if (frame.type() == REFUSED) {
      throw new AccessException("refused: " + text(frame.head()));
    }
    if (frame.type() != type) {
      throw new ProtocolException("message " + frame.type() + " where " + type + " was due");
    }
    return frame.head();
  }

  private static byte[] nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    return nonce;
  }

  private static byte[] proof(
      byte[] key, String side, String manager, String client, byte[] ofClient, byte[] ofServer) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(
          new Text().text(side).text(manager).text(client).bytes(ofClient).bytes(ofServer).flip());
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has HmacSHA256", e);
    }
  }

  private static Frame frame(byte type, Text text) {
    return new Frame(type, text.flip(), NOTHING);
  }

  private static String text(ByteBuffer in) throws ProtocolException {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static int number(ByteBuffer in) throws ProtocolException {
    if (in.remaining() < Integer.BYTES) {
      throw new ProtocolException("a message of the handshake is too short");
    }
    return in.getInt();
  }

  private static byte[] bytes(ByteBuffer in) throws ProtocolException {
    try {
      byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
      in.get(bytes);
      return bytes;
    } catch (BufferUnderflowException e) {
      throw new ProtocolException("a message of the handshake is too short");
    }
  }

  /** Fields, each text or array behind its length in two bytes. */
  private static final class Text {
    private final ByteBuffer out = ByteBuffer.allocate((int) Wire.HANDSHAKE_BYTES);

    Text number(int value) {
      out.putInt(value);
      return this;
    }

    Text bytes(byte[] value) {
      out.putShort((short) value.length).put(value);
      return this;
    }

    Text text(String value) {
      return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    ByteBuffer flip() {
      return out.flip();
    }
  }
}
