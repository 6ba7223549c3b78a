package dev.outlive.managed;

import java.util.List;

/**
 * A list in a manager's server, which many processes use at the same time. Safe for use by many
 * threads; every method of {@link List} is one step that nobody sees half of, bulk methods too.
 *
 * <p><b>Elements are copies.</b> What {@code get} returns is a copy of the element, and changing it
 * changes nothing in the list until it is put back with {@code set}, {@code replaceAll} or {@link
 * #update}:
 *
 * {@snippet file="dev/outlive/snippets/ManagerSnippets.java" region="copies"}
 *
 * <p>Iterators and sublists are live: they see what others do, and {@code remove} through them
 * removes from the list. They do not fail fast when another process changes the list meanwhile; an
 * iterator may then skip an element or meet one twice.
 *
 * @param <E> the elements: serialisable, or proxies of managed objects; null is allowed
 */
public interface ManagedList<E> extends List<E> {
  /**
   * Puts in the place of an element what a function makes of it, as one step, in the server.
   *
   * @param index 0..size-1
   * @param update is run in the server, with the list locked
   * @return the new element
   * @throws IndexOutOfBoundsException if there is no such element
   * @throws ManagerException if the manager takes no functions, see {@code allowFunctions}
   */
  E update(int index, Update<E> update);
}
