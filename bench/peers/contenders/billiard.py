"""billiard.Pool, Celery's fork of multiprocessing.Pool."""

import billiard

from contenders import pool


class Peer(pool.Peer):
    module = billiard
    notices_death_within = 14  # it asks for lost workers ten seconds after it has missed them

    @staticmethod
    def version():
        return billiard.__version__
