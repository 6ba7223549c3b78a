"""The process pools of Python, each as scenarios see it."""

import platform

WORKERS = 2


class Peer:
    """What scenarios need of a pool. A handle is whatever submit returns."""

    def __init__(self, initializer=None, arguments=()):
        self.open(initializer, arguments)

    def lock(self):
        """A lock for its tasks, which they get by the initializer."""
        import multiprocessing
        return multiprocessing.Lock()


class Futures(Peer):
    """Handles are concurrent.futures.Future."""

    def submit(self, function, *arguments):
        return self.pool.submit(function, *arguments)

    def submit_with_callback(self, callback, function, *arguments):
        future = self.submit(function, *arguments)
        future.add_done_callback(callback)
        return future

    def ended(self, future, limit):
        import concurrent.futures
        return bool(concurrent.futures.wait([future], limit).done)

    def result(self, future):
        return future.result(0)

    def limited(self, seconds, function, *arguments):
        """It has no limit for a task: result(timeout) gives up waiting, that is all there is."""
        future = self.submit(function, *arguments)
        return lambda limit: future.result(seconds)


class Executor(Futures):
    def open(self, initializer, arguments):
        from concurrent.futures import ProcessPoolExecutor
        self.pool = ProcessPoolExecutor(WORKERS, initializer=initializer, initargs=arguments)

    @staticmethod
    def version():
        return "Python " + platform.python_version()


class Loky(Futures):
    """By its reusable executor, which is renewed at the next submit when it was broken."""

    def open(self, initializer, arguments):
        self.settings = {"initializer": initializer, "initargs": arguments}

    def submit(self, function, *arguments):
        from joblib.externals.loky import get_reusable_executor
        executor = get_reusable_executor(max_workers=WORKERS, **self.settings)
        return executor.submit(function, *arguments)

    def limited(self, seconds, function, *arguments):
        """joblib's limit, whose clock starts at submit: once a task has exceeded it, all workers are killed."""
        import joblib
        joblib.Parallel(n_jobs=WORKERS)([joblib.delayed(abs)(-1)] * WORKERS)  # so that they are there
        def wait(limit):
            tasks = [joblib.delayed(function)(*arguments)] * WORKERS
            return joblib.Parallel(n_jobs=WORKERS, timeout=seconds)(tasks)
        return wait

    def lock(self):
        from joblib.externals.loky.backend import get_context
        return get_context().Lock()

    @staticmethod
    def version():
        import joblib
        from joblib.externals import loky
        return f"joblib {joblib.__version__}, loky {loky.__version__}"


class Pebble(Futures):
    def open(self, initializer, arguments):
        from pebble import ProcessPool
        self.pool = ProcessPool(WORKERS, initializer=initializer, initargs=arguments)

    def submit(self, function, *arguments):
        return self.pool.schedule(function, args=arguments)

    def limited(self, seconds, function, *arguments):
        future = self.pool.schedule(function, args=arguments, timeout=seconds)
        return lambda limit: future.result(limit)

    @staticmethod
    def version():
        from importlib.metadata import version
        import pebble
        return "pebble " + version(pebble.__name__)


class Pool(Peer):
    """Handles are multiprocessing.pool.AsyncResult."""

    def open(self, initializer, arguments):
        import multiprocessing
        self.pool = multiprocessing.Pool(WORKERS, initializer=initializer, initargs=arguments)

    def submit(self, function, *arguments):
        return self.pool.apply_async(function, arguments)

    def submit_with_callback(self, callback, function, *arguments):
        return self.pool.apply_async(function, arguments, callback=callback, error_callback=callback)

    def ended(self, handle, limit):
        handle.wait(limit)
        return handle.ready()

    def result(self, handle):
        return handle.get(0)

    def limited(self, seconds, function, *arguments):
        """It has no limit for a task: get(timeout) gives up waiting, that is all there is."""
        handle = self.submit(function, *arguments)
        return lambda limit: handle.get(seconds)

    @staticmethod
    def version():
        return "Python " + platform.python_version()


class Billiard(Pool):
    def open(self, initializer, arguments):
        from billiard.pool import Pool
        self.pool = Pool(WORKERS, initializer=initializer, initargs=arguments, enable_timeouts=True)

    def limited(self, seconds, function, *arguments):
        """Its hard limit: the worker is killed."""
        handle = self.pool.apply_async(function, arguments, timeout=seconds)
        return lambda limit: handle.get(limit)

    def lock(self):
        import billiard
        return billiard.Lock()

    @staticmethod
    def version():
        import billiard
        return "billiard " + billiard.__version__


PEERS = {"pool": Pool, "executor": Executor, "loky": Loky, "pebble": Pebble, "billiard": Billiard}
