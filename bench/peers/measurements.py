"""What is measured of each peer: from when to when is said in the bench's table of measurements, once for all contenders.

Each function takes the peer's class and a plan, and returns samples by variant. What is measured in rounds is warmed up
by two rounds more, and for ten seconds at least.
"""

import os
import time

import tasks


class Plan:
    """How many units a round has, how many rounds there are, how many seconds a failure may take, a directory."""

    def __init__(self, units, rounds, limit, directory):
        self.units = units
        self.rounds = rounds
        self.limit = limit
        self.directory = directory

    def marker(self, number):
        return os.path.join(self.directory, "busy-%d" % number)


def clock():
    return time.perf_counter_ns()


def rounds_of(action, rounds, warm_up=2):
    """Nanoseconds of each round; where rounds are so slow that ten seconds more are over, those so far must do."""
    first = clock()
    least = 10e9 if rounds > 2 and warm_up else 0
    times = []
    warmed = 0
    while len(times) < rounds:
        began = clock()
        action()
        ended = clock()
        slow = ended - first > least + 10e9
        if (warmed >= warm_up and began - first >= least) or slow:
            times.append(ended - began)
        else:
            warmed += 1
        if slow:
            break
    return times


def scaled(times, factor):
    return [taken * factor for taken in times]


def noop(peer, plan):
    pool = peer()

    def one_by_one():
        for handle in [pool.submit(tasks.nothing) for _ in range(plan.units)]:
            pool.result(handle)

    samples = {"one by one": scaled(rounds_of(one_by_one, plan.rounds), 1e-3 / plan.units)}
    items = list(range(plan.units))
    if peer.maps_in_chunks:
        times = rounds_of(lambda: pool.map(tasks.ignore, items, 1), plan.rounds)
        samples["map, one a chunk"] = scaled(times, 1e-3 / plan.units)
    pool.close()
    return samples


def round_trip(peer, plan):
    pool = peer()
    for _ in range(plan.units):
        pool.result(pool.submit(tasks.nothing))
    times = rounds_of(lambda: pool.result(pool.submit(tasks.nothing)), plan.units, warm_up=0)
    pool.close()
    return {"": scaled(times, 1e-3)}


def map_many(peer, plan):
    pool = peer()
    samples = {}
    # By default some send each input by itself: measured with fewer, and scaled.
    few = plan.units if peer.default_chunk_takes_all else max(2000, plan.units // 50)
    items = list(range(few))
    scale = 1e-6 * plan.units / few
    samples["default, first"] = scaled(rounds_of(lambda: sum(pool.map(tasks.increment, items)), 1, warm_up=0), scale)
    samples["default"] = scaled(rounds_of(lambda: sum(pool.map(tasks.increment, items)), plan.rounds), scale)
    if peer.maps_in_chunks:
        items = list(range(plan.units))
        best = []
        for parts in (4, 8, 32, 128):
            times = rounds_of(lambda: sum(pool.map(tasks.increment, items, max(1, plan.units // parts))), plan.rounds)
            best = min(best or times, times, key=lambda found: sorted(found)[len(found) // 2])
        samples["best chunk"] = scaled(best, 1e-6)
    pool.close()
    return samples


def array_in(peer, plan):
    pool = peer()
    times = []
    for number in range(plan.rounds + 2):
        values = tasks.numbers(plan.units)  # each time another: joblib keeps what it has passed before
        began = clock()
        if hasattr(pool, "pass_array"):
            pool.pass_array(tasks.last, values)
        else:
            pool.result(pool.submit(tasks.last, values))
        if number >= 2:
            times.append((clock() - began) * 1e-6)
    pool.close()
    return {"": times}


def array_out(peer, plan):
    pool = peer(1)
    samples = {"": scaled(rounds_of(lambda: pool.result(pool.submit(tasks.made, plan.units)), plan.rounds), 1e-6)}
    pool.close()
    return samples


def wait_for(marker):
    until = time.monotonic() + 60
    while not os.path.exists(marker):
        if time.monotonic() > until:
            raise TimeoutError("no task began")
        time.sleep(0.001)
    with open(marker) as file:
        return int(file.read())


def processor_ticks(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def wait_until_still(pid):
    """Until a process has used no processor time for a third of a second."""
    before, still = -1, 0
    while still < 6:
        time.sleep(0.05)
        now = processor_ticks(pid)
        still = still + 1 if now == before else 0
        before = now
    return pid


def killed(pool, handle, pid, limit):
    """Kills the worker; when the failure is in the caller's hands, None if never."""
    began = clock()
    os.kill(pid, 9)
    try:
        pool.result(handle, limit)
    except Exception as failure:
        taken = clock() - began
        return None if taken >= limit * 1e9 else taken
    raise AssertionError("a killed task returned")


def kill(peer, plan):
    """Each time in a pool of its own, since most are broken afterwards."""
    limit = min(plan.limit, peer.notices_death_within or 3)
    times = []
    for number in range(plan.rounds):
        pool = peer()
        handle = pool.submit(tasks.hang, plan.units, plan.marker(number))
        pid = wait_until_still(wait_for(plan.marker(number)))
        times.append(killed(pool, handle, pid, limit))
        if limit > 3 or times[-1] is None:
            break  # once tells enough
        pool.close()
    return {"failure": [None if taken is None else taken * 1e-6 for taken in times]}


def rerun(peer, plan):
    if peer.notices_death_within != 3:
        return {}
    times = []
    for number in range(plan.rounds):
        pool = peer()
        marker = plan.marker(number)
        handle = pool.submit(tasks.hang_once, marker)
        pid = wait_until_still(wait_for(marker))
        began = time.monotonic_ns()
        killed(pool, handle, pid, plan.limit)
        try:
            again = pool.result(pool.submit(tasks.hang_once, marker))
        except Exception:  # the pool is broken: a new one
            pool = peer()
            again = pool.result(pool.submit(tasks.hang_once, marker))
        times.append((again - began) * 1e-6)
        pool.close()
    return {"by hand": times}


def worker_ready(peer, plan):
    """How long each start method of multiprocessing takes; no pool of Python's tells when a worker is ready."""
    if peer.__module__ != "contenders.pool":
        return {}
    import multiprocessing

    samples = {}
    for method in ("spawn", "forkserver", "fork"):
        context = multiprocessing.get_context(method)
        times = []
        for number in range(plan.rounds + 1):
            ours, theirs = context.Pipe(False)
            began = clock()
            process = context.Process(target=tasks_say, args=(theirs,))
            process.start()
            ours.recv()
            if number:
                times.append((clock() - began) * 1e-6)
            process.join()
        samples[method] = times
    return samples


def tasks_say(connection):
    connection.send(1)


def pool_start(peer, plan):
    times = []
    for _ in range(plan.rounds + 1):
        began = clock()
        pool = peer()
        pool.result(pool.submit(tasks.nothing))
        times.append((clock() - began) * 1e-6)
        pool.close()
    return {"first": times[:1], "again": times[1:]}


def counter(peer, plan):
    if peer.__module__ != "contenders.pool":
        return {}
    import multiprocessing

    value = multiprocessing.Value("q", 0)
    samples = {"lock": counted(value, value.get_lock(), plan.units, plan.rounds)}
    with multiprocessing.Manager() as manager:
        few = max(100, plan.units // 200)
        samples["manager's lock"] = counted(manager.Value("q", 0), manager.Lock(), few, plan.rounds)
    return samples


def counted(value, lock, units, rounds):
    """Nanoseconds an operation, of two processes at once; they are started before and wait for a signal."""
    import multiprocessing

    times = []
    for _ in range(rounds):
        ready, go = multiprocessing.Barrier(3), multiprocessing.Barrier(3)
        processes = [
            multiprocessing.Process(target=counted_there, args=(ready, go, value, lock, units)) for _ in range(2)
        ]
        for process in processes:
            process.start()
        ready.wait()
        began = clock()
        go.wait()
        for process in processes:
            process.join()
        times.append((clock() - began) / (2 * units))
    return times


def counted_there(ready, go, value, lock, units):
    if type(value).__name__ == "ValueProxy":
        value.value  # connects
    ready.wait()
    go.wait()
    tasks.count(value, lock, units)


def manager(peer, plan):
    if peer.__module__ != "contenders.pool":
        return {}
    import multiprocessing

    with multiprocessing.Manager() as server:
        value = server.Value("q", 1)
        elements = server.list()
        table = server.dict()
        return {
            "value.get": each(lambda i: value.value, plan.units, plan.rounds),
            "list.add": each(lambda i: elements.append(i), plan.units, plan.rounds),
            "map.put": each(lambda i: table.__setitem__(i & 1023, i), plan.units, plan.rounds),
        }


def each(action, units, rounds):
    def loop():
        for number in range(units):
            action(number)

    return scaled(rounds_of(loop, rounds), 1e-3 / units)


def memory(peer, plan):
    pool = peer()
    pids = set()
    until = time.monotonic() + 5
    while len(pids) < 2 and time.monotonic() < until:
        pids.update(pool.result(handle) for handle in [pool.submit(tasks.pid) for _ in range(100)])
    samples = {"after a task": [proportional(pid) for pid in pids]}
    pool.close()
    return samples


def proportional(pid):
    """The proportional set size in MiB."""
    with open("/proc/%d/smaps_rollup" % pid) as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024


ALL = {
    "noop": noop,
    "round-trip": round_trip,
    "map": map_many,
    "array-in": array_in,
    "array-out": array_out,
    "kill": kill,
    "kill-large": kill,
    "rerun": rerun,
    "worker-ready": worker_ready,
    "pool-start": pool_start,
    "counter": counter,
    "manager": manager,
    "memory": memory,
}
