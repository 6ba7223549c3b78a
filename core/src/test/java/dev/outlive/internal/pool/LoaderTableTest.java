package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.Loaders;
import dev.outlive.task.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Which loaders have numbers, and what a stream makes of them. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class LoaderTableTest {
  /** What two loaders define. */
  public static final class Thing implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /** Whose handler travels with it. */
  public static final class Handler
      implements java.lang.reflect.InvocationHandler, Comparator<Object>, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
      return 7;
    }

    @Override
    public int compare(Object one, Object two) {
      return 0;
    }
  }

  /** Defines the nested classes of this test itself; all its instances are equal. */
  private static final class Child extends ClassLoader {
    Child() {
      super(LoaderTableTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      Class<?> known = findLoadedClass(name);
      if (known != null || !name.startsWith(LoaderTableTest.class.getName() + "$")) {
        return known == null ? super.loadClass(name, resolve) : known;
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length, Thing.class.getProtectionDomain());
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Child;
    }

    @Override
    public int hashCode() {
      return 1;
    }

    Object make(Class<?> type) throws ReflectiveOperationException {
      return loadClass(type.getName()).getConstructor().newInstance();
    }
  }

  private final LoaderTable table = new LoaderTable();

  @Test
  void what_both_sides_have_has_no_number() throws Exception {
    LoaderTable.Lease lease = table.lease();
    for (Class<?> type :
        List.of(String.class, java.sql.Date.class, Thing.class, Bytes.class, int[][].class)) {
      assertThat(lease.number(type)).as("%s", type).isEqualTo(Loaders.COMMON);
    }
    Object value = List.of("a", new Thing(), 1);
    assertThat(JavaCodec.encode(value, lease)).isEqualTo(JavaCodec.encode(value));
  }

  @Test
  void classes_of_one_name_and_several_loaders_come_back_as_what_they_were() throws Exception {
    Child one = new Child();
    Child two = new Child();
    Object[] value = {one.make(Thing.class), two.make(Thing.class), new Thing()};
    LoaderTable.Lease lease = table.lease();
    ByteBuffer bytes = JavaCodec.encode(value, lease);
    Object[] back = (Object[]) JavaCodec.decode(bytes, lease, null);
    for (int i = 0; i < value.length; i++) {
      assertThat(back[i].getClass()).isSameAs(value[i].getClass());
    }
    Object array = java.lang.reflect.Array.newInstance(value[1].getClass(), 0);
    assertThat(JavaCodec.decode(JavaCodec.encode(array, lease), lease, null).getClass())
        .isSameAs(array.getClass());
  }

  @Test
  void a_number_of_several_bytes_and_proxies_come_back() throws Exception {
    for (int i = 0; i < 200; i++) {
      table.number(new Child().make(Thing.class).getClass());
    }
    Child loader = new Child();
    Object handler = loader.make(Handler.class);
    Object proxy =
        Proxy.newProxyInstance(
            loader,
            new Class<?>[] {Comparator.class},
            (java.lang.reflect.InvocationHandler) handler);
    LoaderTable.Lease lease = table.lease();
    assertThat(lease.number(proxy.getClass())).isGreaterThan(127);
    Object back = JavaCodec.decode(JavaCodec.encode(proxy, lease), lease, null);
    assertThat(back.getClass()).isSameAs(proxy.getClass());
    assertThat(((Comparator<?>) back).compare(null, null)).isEqualTo(7);
  }

  @Test
  void a_number_that_nobody_gave_is_an_error_of_the_one_who_decodes() throws Exception {
    ByteBuffer bytes = JavaCodec.encode(new Child().make(Thing.class), table.lease());
    assertThatThrownBy(() -> JavaCodec.decode(bytes, new LoaderTable().lease(), null))
        .isInstanceOf(ClassNotFoundException.class)
        .hasMessage("the worker names class loader 1, which this pool does not have");
  }

  @Test
  void a_hidden_class_cannot_travel() throws Exception {
    byte[] bytes;
    try (InputStream in = Thing.class.getResourceAsStream("LoaderTableTest$Thing.class")) {
      bytes = in.readAllBytes();
    }
    Class<?> hidden = MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
    Object value = hidden.getConstructor().newInstance();
    assertThatThrownBy(() -> JavaCodec.encode(value, table.lease()))
        .isInstanceOf(InvalidClassException.class)
        .hasMessageContaining(hidden.getName())
        .hasMessageContaining("this class is hidden");
  }

  @Test
  void a_loader_is_kept_by_its_lease_alone() throws Exception {
    LoaderTable.Lease lease = table.lease();
    WeakReference<ClassLoader> loader = leased(lease);
    System.gc();
    assertThat(loader.get()).isNotNull();
    assertThat(lease.toString()).isNotEmpty(); // is reachable until here
    lease = null;
    while (!loader.refersTo(null)) {
      System.gc();
    }
    assertThat(table.number(new Child().make(Thing.class).getClass())).isEqualTo(2);
    assertThat(table.byNumber(1)).isNull();
  }

  private static WeakReference<ClassLoader> leased(LoaderTable.Lease lease) throws Exception {
    Child loader = new Child();
    JavaCodec.encode(loader.make(Thing.class), lease);
    return new WeakReference<>(loader);
  }
}
