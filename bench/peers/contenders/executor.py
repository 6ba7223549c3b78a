"""concurrent.futures.ProcessPoolExecutor."""

from concurrent.futures import ProcessPoolExecutor


class Peer:
    maps_in_chunks = True
    default_chunk_takes_all = False
    notices_death_within = 3

    @staticmethod
    def version():
        import platform

        return platform.python_version()

    def __init__(self, workers=2):
        self.pool = ProcessPoolExecutor(workers)

    def submit(self, function, *arguments):
        return self.pool.submit(function, *arguments)

    @staticmethod
    def result(handle, timeout=None):
        return handle.result(timeout)

    def map(self, function, items, chunk=1):
        return list(self.pool.map(function, items, chunksize=chunk or 1))

    def close(self):
        self.pool.shutdown(cancel_futures=True)
