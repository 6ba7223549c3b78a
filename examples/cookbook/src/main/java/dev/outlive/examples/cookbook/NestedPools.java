package dev.outlive.examples.cookbook;

import dev.outlive.ProcessPool;
import java.util.List;

/** Reads books in workers, and their chapters in workers of those. */
public final class NestedPools {
  public static void main(String[] args) throws InterruptedException {
    List<List<String>> books = List.of(List.of("one", "two", "three"), List.of("four", "!", "six"));
    try (ProcessPool pool = ProcessPool.builder().name("books").workers(2).build()) {
      System.out.println(pool.map(NestedPools::letters, books));
    }
  }

  /** Runs in a worker. A chapter that kills its process costs this book nothing but the chapter. */
  static int letters(List<String> chapters) {
    try (ProcessPool pool = ProcessPool.builder().name("chapters").workers(1).build()) {
      return pool.outcomes(NestedPools::count, chapters)
          .mapToInt(chapter -> chapter.isSuccess() ? chapter.orNull() : 0)
          .sum();
    }
  }

  static int count(String chapter) {
    if (chapter.equals("!")) {
      Runtime.getRuntime().halt(1);
    }
    return chapter.length();
  }
}
