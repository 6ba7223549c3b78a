"""What the workers of all peers run."""

import os
import time

held = None


def nothing():
    return None


def ignore(_):
    return None


def increment(number):
    return number + 1


def pid():
    return os.getpid()


def numbers(count):
    """An array of doubles; numpy's where it is installed, as users of large arrays have it."""
    try:
        import numpy

        return numpy.ones(count)
    except ImportError:
        import array

        return array.array("d", [1.0]) * count


def last(values):
    return float(values[-1])


def made(count):
    """Returns an array that the first call has made, so that only its way back is measured."""
    global held
    if held is None or len(held) != count:
        held = numbers(count)
    return held


def hang(size, marker):
    """Holds so many bytes, resident, says so in the file, and stays busy."""
    memory = bytearray(size)
    for at in range(0, size, 4096):
        memory[at] = 1
    with open(marker + ".new", "w") as file:
        file.write(str(os.getpid()))
    os.rename(marker + ".new", marker)
    time.sleep(60)


def hang_once(marker):
    """Stays busy where nobody has been yet; afterwards returns when it began."""
    began = time.monotonic_ns()
    if os.path.exists(marker):
        return began
    hang(0, marker)


def count(value, lock, times):
    for _ in range(times):
        with lock:
            value.value += 1
