package dev.outlive.manager;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.ListTestSuiteBuilder;
import com.google.common.collect.testing.QueueTestSuiteBuilder;
import com.google.common.collect.testing.SetTestSuiteBuilder;
import com.google.common.collect.testing.TestStringListGenerator;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.TestStringQueueGenerator;
import com.google.common.collect.testing.TestStringSetGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.ListFeature;
import com.google.common.collect.testing.features.MapFeature;
import com.google.common.collect.testing.features.SetFeature;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;
import junit.framework.TestFailure;
import junit.framework.TestResult;
import junit.framework.TestSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * Guava's suites for the JDK's collections, over proxies: every feature that the JDK's own have but
 * fail-fast iteration, which a collection of many processes cannot have; no test is left out, and
 * the number of them is asserted, so that a feature cannot get lost.
 */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class CollectionContractTest {
  private static Manager manager;

  @BeforeAll
  static void start() {
    manager = Manager.start();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  @Test
  void aListKeepsTheContractOfTheJdk() {
    assertPasses(
        889,
        ListTestSuiteBuilder.using(
                new TestStringListGenerator() {
                  @Override
                  protected List<String> create(String[] elements) {
                    List<String> list = manager.list();
                    boolean _ = list.addAll(Arrays.asList(elements));
                    return list;
                  }
                })
            .named("list")
            .withFeatures(
                ListFeature.GENERAL_PURPOSE,
                CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
                CollectionFeature.ALLOWS_NULL_VALUES,
                CollectionFeature.SERIALIZABLE_INCLUDING_VIEWS,
                CollectionSize.ANY)
            .createTestSuite());
  }

  @Test
  void aSetKeepsTheContractOfTheJdk() {
    assertPasses(
        538,
        SetTestSuiteBuilder.using(
                new TestStringSetGenerator() {
                  @Override
                  protected Set<String> create(String[] elements) {
                    Set<String> set = manager.set();
                    boolean _ = Collections.addAll(set, elements);
                    return set;
                  }
                })
            .named("set")
            .withFeatures(
                SetFeature.GENERAL_PURPOSE,
                CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
                CollectionFeature.ALLOWS_NULL_VALUES,
                CollectionFeature.KNOWN_ORDER,
                CollectionFeature.SERIALIZABLE_INCLUDING_VIEWS,
                CollectionSize.ANY)
            .createTestSuite());
  }

  @Test
  void aMapAndItsViewsKeepTheContractOfTheJdk() {
    assertPasses(
        2411,
        ConcurrentMapTestSuiteBuilder.using(
                new TestStringMapGenerator() {
                  @Override
                  protected Map<String, String> create(Map.Entry<String, String>[] entries) {
                    Map<String, String> map = manager.map();
                    for (Map.Entry<String, String> entry : entries) {
                      map.put(entry.getKey(), entry.getValue());
                    }
                    return map;
                  }
                })
            .named("map")
            .withFeatures(
                MapFeature.GENERAL_PURPOSE,
                MapFeature.ALLOWS_NULL_ENTRY_QUERIES,
                CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
                CollectionFeature.SERIALIZABLE_INCLUDING_VIEWS,
                CollectionSize.ANY)
            .createTestSuite());
  }

  @Test
  void aQueueKeepsTheContractOfTheJdk() {
    assertPasses(230, queues("queue", Integer.MAX_VALUE));
  }

  @Test
  void aBoundedQueueKeepsTheContractOfTheJdk() {
    assertPasses(230, queues("bounded queue", 100));
  }

  private static TestSuite queues(String name, int capacity) {
    return QueueTestSuiteBuilder.using(
            new TestStringQueueGenerator() {
              @Override
              protected Queue<String> create(String[] elements) {
                BlockingQueue<String> queue = manager.queue(capacity);
                boolean _ = Collections.addAll(queue, elements);
                return queue;
              }
            })
        .named(name)
        .withFeatures(
            CollectionFeature.GENERAL_PURPOSE,
            CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
            CollectionFeature.ALLOWS_NULL_QUERIES,
            CollectionFeature.KNOWN_ORDER,
            CollectionFeature.SERIALIZABLE_INCLUDING_VIEWS,
            CollectionSize.ANY)
        .createTestSuite();
  }

  private static void assertPasses(int tests, TestSuite suite) {
    TestResult result = new TestResult();
    suite.run(result);
    List<String> failed =
        Stream.concat(
                Collections.list(result.errors()).stream(),
                Collections.list(result.failures()).stream())
            .map(CollectionContractTest::shown)
            .toList();
    assertThat(failed).as("%d of %d tests failed", failed.size(), result.runCount()).isEmpty();
    assertThat(result.runCount()).isEqualTo(tests);
  }

  private static String shown(TestFailure failure) {
    return failure.failedTest() + "\n" + failure.trace();
  }
}
