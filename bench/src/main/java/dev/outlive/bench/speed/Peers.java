package dev.outlive.bench.speed;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Which of Python's pools can be imported, and which versions they have.
 *
 * @param versions by the names of {@code peers/run.py}; those of Python and numpy are there too
 */
record Peers(Map<String, String> versions) {
  /** With fewer there is nothing to compare with. */
  static final int NEEDED = 3;

  static Peers of(String python, Path script) throws IOException, InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder(python, script.toString(), "versions")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = command.start();
    } catch (IOException e) {
      return new Peers(Map.of()); // there is no such Python
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    try {
      Map<String, String> versions =
          new Gson().fromJson(said, new TypeToken<Map<String, String>>() {}.getType());
      return new Peers(versions == null ? Map.of() : versions);
    } catch (JsonSyntaxException e) {
      return new Peers(Map.of());
    }
  }

  List<Contender> present() {
    return Arrays.stream(Contender.values())
        .filter(one -> one.isPeer() && versions.containsKey(one.peer()))
        .toList();
  }

  boolean enough() {
    return present().size() >= NEEDED;
  }

  /** What to say and to do where there are not enough. */
  String complaint(String python) {
    return "%d of Outlive's peers can be imported by %s (%s), and %d are needed for a comparison."
            .formatted(present().size(), python, String.join(", ", names()), NEEDED)
        + " Install Debian's packages: apt-get install -y python3 python3-joblib python3-pebble"
        + " python3-billiard python3-numpy; or name another Python with --python.";
  }

  private List<String> names() {
    return present().isEmpty() ? List.of("none") : present().stream().map(Contender::peer).toList();
  }
}
