"""What runs in the workers, and the signs by which tasks and their caller tell each other how far they are."""

import ctypes
import os
import signal
import subprocess
import threading
import time

LONG = 600
LARGE = 1_200_000_000


def sign(path, number=None):
    with open(path + ".half", "w") as file:
        file.write(str(os.getpid() if number is None else number))
    os.rename(path + ".half", path)


def await_sign(path, limit=30):
    until(lambda: os.path.exists(path), limit, "there is no " + path)
    with open(path) as file:
        return int(file.read())


def within(condition, limit):
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.001)
    return True


def until(condition, limit, otherwise):
    if not within(condition, limit):
        raise RuntimeError(f"not within {limit} s: {otherwise}")


def running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def kill(pid):
    """Returns when the signal was sent."""
    now = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    return now


def identity(value):
    return value


def sleeper(path):
    sign(path)
    time.sleep(LONG)
    return "slept"


def behind(gate, number):
    await_sign(gate, LONG)
    return number


def meet(mine, everybody):
    sign(mine)
    for path in everybody:
        await_sign(path)
    return os.getpid()


def leave(path, status):
    sign(path)
    os._exit(status)


def large(path):
    data = bytes(LARGE)
    sign(path)
    return data


class Undecodable(Exception):
    """As many exceptions out there: it wants more arguments than it hands on."""

    def __init__(self, one, two):
        super().__init__(one)


def raise_undecodable():
    raise Undecodable("the task's own message", 2)


def refuse():
    raise ValueError("cannot be decoded, on purpose")


class Unreadable:
    def __reduce__(self):
        return refuse, ()


def return_unreadable():
    return Unreadable()


def return_unencodable():
    return threading.Lock()


def parent(child, path):
    process = subprocess.Popen(["sleep", str(LONG)])
    sign(child, process.pid)
    sign(path)
    time.sleep(LONG)


def spin(path):
    sign(path)
    while True:
        pass


def spin_ignoring(path):
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    sign(path)
    while True:
        pass


def sleep_native(path):
    sign(path)
    libc = ctypes.PyDLL(None)  # keeps the global lock
    while True:
        libc.sleep(LONG)


LOCK = None


def keep_lock(lock):
    global LOCK
    LOCK = lock


def hold(path):
    LOCK.acquire()
    sign(path)
    time.sleep(LONG)
