"""The survival table's injuries, done to process pools of Python.

    peers.py PEER version            prints what it is; exit 3 if it is not installed
    peers.py PEER SCENARIO DIR       plays one scenario, prints one line: observed {...}

A scenario is the function of its name; what it must do, and how what it saw is judged, is said in
Row.java. It ends by os._exit, so that a broken pool cannot hold it up; whoever started it kills
what is left.
"""

import functools
import json
import os
import sys
import threading
import time

import tasks
from pools import PEERS, WORKERS
from tasks import LARGE, LONG, await_sign, kill, running, sign, until, within

INNOCENTS = 8
NEWS_LIMIT = 15.0
TIMEOUT_NEWS_LIMIT = 5.0


def told(peer, handle, since, limit=NEWS_LIMIT):
    """Returns what became of a task: its kind, after how many milliseconds, and in what words."""
    if not peer.ended(handle, limit):
        return "none", passed(since), f"nothing within {limit:.0f} s"
    try:
        result = peer.result(handle)
        return "result", passed(since), repr(result)[:300] if not isinstance(result, bytes) else f"{len(result)} bytes"
    except BaseException as error:
        return "failure", passed(since), repr(error)[:300]


def passed(since):
    return (time.monotonic() - since) * 1000


def news(told_of):
    kind, millis, said = told_of
    return {"news": kind, "newsMillis": round(millis, 3), "newsSaid": said}


def attempt(peer, function, *arguments):
    """As told, of a new task: a pool may refuse it, or hang already at submit."""
    return asked_all(lambda since: [told(peer, peer.submit(function, *arguments), since)], 1, time.monotonic())[0]


def attempts(peer, number, since):
    """As attempt, of that many at a time."""
    def ask(since):
        handles = [peer.submit(tasks.identity, each) for each in range(number)]
        end = time.monotonic() + NEWS_LIMIT
        return [told(peer, handle, since, max(0.0, end - time.monotonic())) for handle in handles]
    return asked_all(ask, number, since)


def asked_all(ask, number, since):
    answer = []
    def asked():
        try:
            answer.append(ask(since))
        except BaseException as error:
            answer.append([("failure", passed(since), repr(error)[:300])] * number)
    asking = threading.Thread(target=asked, daemon=True)
    asking.start()
    asking.join(NEWS_LIMIT + 2)
    return answer[0] if answer else [("none", passed(since), "submit hangs")] * number


def next_task(peer):
    kind, _, said = attempt(peer, tasks.identity, "answered")
    return {"next": kind, "nextSaid": said}


# ---- scenarios

def kill_sleeper(peer, path):
    victim = peer.submit(tasks.sleeper, path)
    return told(peer, victim, kill(await_sign(path)))


def killed(peer, file):
    return news(kill_sleeper(peer, file("victim")))


def latency(peer, file):
    """Five deaths; a pool that a death has broken is replaced."""
    millis = []
    for number in range(5):
        workers(peer, lambda name: file(f"{name}-{number}"))
        answer = kill_sleeper(peer, file(f"victim{number}"))
        if answer[0] != "failure":
            return news(answer)
        millis.append(answer[1])
        if attempt(peer, tasks.identity, 1)[0] != "result":
            peer = type(peer)()
    return news(("failure", sorted(millis)[2], f"of {millis}"))


def workers(peer, file):
    """The process ids of all workers: of tasks that wait until all are at work."""
    everybody = [file(f"here{number}") for number in range(WORKERS)]
    handles = [peer.submit(tasks.meet, mine, everybody) for mine in everybody]
    for handle in handles:
        if not peer.ended(handle, 30):
            raise RuntimeError("the workers do not come to work")
    return [peer.result(handle) for handle in handles]


def innocents(peer, file):
    victim = peer.submit(tasks.sleeper, file("victim"))
    others = [peer.submit(tasks.behind, file("gate"), number) for number in range(INNOCENTS)]
    since = kill(await_sign(file("victim")))
    answer = told(peer, victim, since)
    sign(file("gate"))
    end = time.monotonic() + NEWS_LIMIT
    lost, said = 0, ""
    for number, handle in enumerate(others):
        fate = told(peer, handle, since, max(0.0, end - time.monotonic()))
        if (fate[0], fate[2]) != ("result", repr(number)):
            lost, said = lost + 1, fate[2]
    return {**news(answer), "lost": lost, "lostSaid": said}


def usable(peer, file):
    return {**news(kill_sleeper(peer, file("victim"))), **next_task(peer)}


def exits(status, peer, file):
    future = peer.submit(tasks.leave, file("leaving"), status)
    await_sign(file("leaving"))
    return news(told(peer, future, time.monotonic()))


def idle_killed(peer, file):
    asked, answered, said = 0, 0, ""
    for pid in workers(peer, file):
        if not running(pid):
            continue  # it went when the pool was replaced
        time.sleep(0.1)  # for the pool's own threads to come to rest: it is to be idle
        since = kill(pid)
        fates = attempts(peer, INNOCENTS, since)
        asked += INNOCENTS
        answered += sum(fate[0] == "result" for fate in fates)
        said = next((fate[2] for fate in fates if fate[0] != "result"), said)
        if answered < asked:
            break
    return {"asked": asked, "answered": answered, "lostSaid": said}


def half_way(peer, file):
    def read():
        with open("/proc/self/io") as counters:
            return int(counters.readline().split()[1])
    before = read()
    victim = peer.submit(tasks.large, file("victim"))
    pid = await_sign(file("victim"), 100)
    until(lambda: read() - before >= LARGE // 2 or peer.ended(victim, 0), 100, "half of the result")
    if peer.ended(victim, 0):
        return {"error": "not injured"}
    return {**news(told(peer, victim, kill(pid))), **next_task(peer)}


def telling(function, peer, file):
    return {**news(attempt(peer, function)), **next_task(peer)}


def callback(peer, file):
    called = []
    def throw(_):
        raise RuntimeError("thrown by a callback, on purpose")
    since = time.monotonic()
    answer = told(peer, peer.submit_with_callback(throw, tasks.identity, 0), since)
    others = [peer.submit_with_callback(called.append, tasks.identity, number) for number in range(INNOCENTS)]
    end = time.monotonic() + NEWS_LIMIT
    fates = [told(peer, handle, since, max(0.0, end - time.monotonic())) for handle in others]
    within(lambda: len(called) == INNOCENTS, max(0.0, end - time.monotonic()))
    return {**news(answer), "asked": INNOCENTS, "called": len(called),
            "answered": sum(fate[0] == "result" for fate in fates)}


def grandchild(peer, file):
    victim = peer.submit(tasks.parent, file("child"), file("victim"))
    pid = await_sign(file("victim"))
    child = await_sign(file("child"))
    since = kill(pid)
    gone = within(lambda: not running(child), 2)
    return {**news(told(peer, victim, since)), "gone": gone}


def parent_killed(peer, file):
    for number in range(WORKERS):
        peer.submit(tasks.sleeper, file(f"busy{number}"))
    for number in range(WORKERS):
        await_sign(file(f"busy{number}"))
    return {"killMe": True}


def limited(task, peer, file):
    wait = peer.limited(1, task, file("running"))
    answer = []
    def ask():
        try:
            answer.append(("result", repr(wait(TIMEOUT_NEWS_LIMIT + LONG)), time.monotonic()))
        except BaseException as error:
            answer.append(("failure", repr(error)[:300], time.monotonic()))
    threading.Thread(target=ask, daemon=True).start()
    pid = await_sign(file("running"))
    since = time.monotonic()
    within(lambda: answer, TIMEOUT_NEWS_LIMIT)
    kind, said, at = answer[0] if answer else ("none", "nothing", time.monotonic())
    gone = within(lambda: not running(pid), 5)
    return {**news((kind, (at - since) * 1000, said)), "ended": gone}


def lock(peer, file):
    shared = peer.lock()
    peer = type(peer)(tasks.keep_lock, (shared,))
    holder = peer.submit(tasks.hold, file("holder"))
    since = kill(await_sign(file("holder")))
    taken = "got" if shared.acquire(timeout=5) else "stuck"
    return {**news(told(peer, holder, since)), "lock": taken}


SCENARIOS = {
    "killed": killed,
    "latency": latency,
    "innocents": innocents,
    "usable": usable,
    "exit_0": functools.partial(exits, 0),
    "exit_3": functools.partial(exits, 3),
    "idle_killed": idle_killed,
    "half_way": half_way,
    "exception": functools.partial(telling, tasks.raise_undecodable),
    "undecodable": functools.partial(telling, tasks.return_unreadable),
    "unencodable": functools.partial(telling, tasks.return_unencodable),
    "callback": callback,
    "grandchild": grandchild,
    "parent_killed": parent_killed,
    "timeout_loop": functools.partial(limited, tasks.spin),
    "timeout_signals": functools.partial(limited, tasks.spin_ignoring),
    "timeout_native": functools.partial(limited, tasks.sleep_native),
    "lock": lock,
}


def main():
    peer, scenario = PEERS[sys.argv[1]], sys.argv[2]
    if scenario == "version":
        try:
            print(peer.version())
        except ImportError:
            sys.exit(3)
        return
    directory = sys.argv[3]
    # Once, whoever else is a copy of this process.
    line = "observed " + json.dumps(SCENARIOS[scenario](peer(), lambda name: os.path.join(directory, name)))
    print(line, flush=True)
    if '"killMe": true' in line:
        time.sleep(LONG)
    os._exit(0)


if __name__ == "__main__":
    main()
