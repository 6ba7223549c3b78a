package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void namesAndValuesComeInTheirOrder() {
    Json json = new Json().with("input", "a").with("ok", true).with("attempts", 3);
    assertThat(json).hasToString("{\"input\":\"a\",\"ok\":true,\"attempts\":3}");
  }

  @Test
  void whatJsonReservesIsEscaped() {
    assertThat(new Json().with("a", "\"\\\n\r\t\b\u0000\u001f/"))
        .hasToString("{\"a\":\"\\\"\\\\\\n\\r\\t\\u0008\\u0000\\u001f/\"}");
  }

  @Test
  void lettersOfAllTheWorldStayAsTheyAre() {
    assertThat(new Json().with("a", "ß漢\ud83d\ude00")).hasToString("{\"a\":\"ß漢\ud83d\ude00\"}");
  }

  @Test
  void aLoneSurrogateIsEscapedSinceUtf8HasNoBytesForIt() {
    assertThat(new Json().with("a", "x\ud83dy")).hasToString("{\"a\":\"x\\ud83dy\"}");
  }

  @Test
  void nullIsNullAndListsAreArrays() {
    assertThat(
            new Json().with("a", (String) null).with("b", List.of()).with("c", List.of("1", "\"")))
        .hasToString("{\"a\":null,\"b\":[],\"c\":[\"1\",\"\\\"\"]}");
  }
}
