"""loky, as joblib has it: single tasks through its executor, many inputs and arrays through joblib.Parallel."""

import joblib
import joblib.externals.loky.reusable_executor
from joblib.externals.loky import get_reusable_executor

from contenders import executor


class Peer(executor.Peer):
    maps_in_chunks = False
    default_chunk_takes_all = False

    @staticmethod
    def version():
        return "joblib " + joblib.__version__

    def __init__(self, workers=2):
        self.workers = workers
        self.pool = None

    def submit(self, function, *arguments):
        if self.pool is None:
            self.pool = get_reusable_executor(max_workers=self.workers, timeout=300)
        return self.pool.submit(function, *arguments)

    def map(self, function, items, chunk=None):
        batch = chunk or "auto"
        return joblib.Parallel(n_jobs=self.workers, batch_size=batch)(joblib.delayed(function)(item) for item in items)

    def pass_array(self, function, values):
        """By joblib's documented way for large arrays: a file in shared memory that workers map."""
        return joblib.Parallel(n_jobs=self.workers)([joblib.delayed(function)(values)])[0]

    def close(self):
        executor_of_joblib = joblib.externals.loky.reusable_executor._executor
        if executor_of_joblib is not None:
            executor_of_joblib.shutdown(kill_workers=True)
