package dev.outlive.internal.wire;

import dev.outlive.internal.local.RunDirectory;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a manager is to be found, and the key to it: what the processes of one program learn from a
 * file that only their user can read, never from a command line or a proxy. The file is there as
 * long as the manager is open.
 *
 * @param manager the manager's id
 * @param address where its server listens
 * @param key what to prove; null: nothing
 * @param trusted whether all classes may be decoded from there
 * @param patterns which classes may be decoded besides the JDK's values where not all may
 */
@SuppressWarnings("ArrayRecordComponent") // it has its own equals
public record Door(
    String manager,
    SocketAddress address,
    byte @Nullable [] key,
    boolean trusted,
    List<String> patterns) {

  /** Returns the file of a manager's door. */
  public static Path file(Path directory, String manager) {
    return directory.resolve(fileName(manager));
  }

  private static String fileName(String manager) {
    return "manager-" + manager + ".door";
  }

  /**
   * Writes the door's file, whole or not at all, readable for its user alone.
   *
   * @return false if the program knows of the manager already
   */
  public boolean write() throws IOException {
    if (Files.exists(file(RunDirectory.shared(), manager))) {
      return false;
    }
    Properties properties = new Properties();
    properties.setProperty("manager", manager);
    switch (address) {
      case UnixDomainSocketAddress unix ->
          properties.setProperty("unix", unix.getPath().toString());
      case InetSocketAddress inet -> {
        properties.setProperty("host", inet.getHostString());
        properties.setProperty("port", Integer.toString(inet.getPort()));
      }
      default -> throw new IllegalArgumentException("no address of a manager: " + address);
    }
    if (key != null) {
      properties.setProperty("key", Base64.getEncoder().encodeToString(key));
    }
    properties.setProperty("trusted", Boolean.toString(trusted));
    properties.setProperty("patterns", String.join(";", patterns));
    StringWriter text = new StringWriter();
    properties.store(text, null);
    Path made = RunDirectory.createShared("door-" + UUID.randomUUID());
    Files.writeString(made, text.toString());
    Files.move(made, made.resolveSibling(fileName(manager)), StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  /** Returns the door of a manager; empty: there is none, or none any more. */
  public static Optional<Door> read(Path directory, String manager) {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file(directory, manager), StandardCharsets.UTF_8)) {
      properties.load(in);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("the door of manager " + manager + " cannot be read", e);
    }
    String unix = properties.getProperty("unix");
    SocketAddress address =
        unix != null
            ? UnixDomainSocketAddress.of(unix)
            : new InetSocketAddress(
                properties.getProperty("host", ""),
                Integer.parseInt(properties.getProperty("port", "0")));
    String key = properties.getProperty("key");
    String patterns = properties.getProperty("patterns", "");
    return Optional.of(
        new Door(
            manager,
            address,
            key == null ? null : Base64.getDecoder().decode(key),
            Boolean.parseBoolean(properties.getProperty("trusted")),
            patterns.isEmpty() ? List.of() : List.of(patterns.split(";"))));
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "manager " + manager + " at " + address;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Door door
        && manager.equals(door.manager)
        && address.equals(door.address);
  }

  @Override
  public int hashCode() {
    return manager.hashCode();
  }

  /** Returns random bytes as text that fits a file name. */
  public static String word(byte[] random) {
    return HexFormat.of().formatHex(random);
  }
}
