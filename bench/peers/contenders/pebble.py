"""pebble.ProcessPool."""

import pebble


class Peer:
    maps_in_chunks = True
    default_chunk_takes_all = False
    notices_death_within = 3

    @staticmethod
    def version():
        import importlib.metadata

        return importlib.metadata.version("pebble")

    def __init__(self, workers=2):
        self.pool = pebble.ProcessPool(max_workers=workers)

    def submit(self, function, *arguments):
        return self.pool.schedule(function, args=arguments)

    @staticmethod
    def result(handle, timeout=None):
        return handle.result(timeout)

    def map(self, function, items, chunk=1):
        return list(self.pool.map(function, items, chunksize=chunk or 1).result())

    def close(self):
        self.pool.stop()
        self.pool.join()
