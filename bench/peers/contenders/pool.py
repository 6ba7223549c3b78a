"""multiprocessing.Pool."""

import multiprocessing


class Peer:
    module = multiprocessing
    maps_in_chunks = True
    default_chunk_takes_all = True
    notices_death_within = None

    @staticmethod
    def version():
        import platform

        return platform.python_version()

    def __init__(self, workers=2):
        self.pool = self.module.Pool(workers)

    def submit(self, function, *arguments):
        return self.pool.apply_async(function, arguments)

    @staticmethod
    def result(handle, timeout=None):
        return handle.get(timeout)

    def map(self, function, items, chunk=None):
        return self.pool.map(function, items, chunksize=chunk)

    def close(self):
        self.pool.terminate()
        self.pool.join()
