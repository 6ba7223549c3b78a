"""One measurement of one peer, in a process of its own: `run.py PEER MEASUREMENT UNITS ROUNDS LIMIT DIRECTORY`.

Prints one line of JSON: {"samples": {VARIANT: [number or null, ...]}}; null is what did not come within LIMIT seconds.
`run.py versions` prints the versions of all peers that can be imported.
"""

import importlib
import json
import os
import sys
import threading

import measurements

PEERS = ["pool", "executor", "loky", "pebble", "billiard"]


def peer(name):
    return importlib.import_module("contenders." + name).Peer


def versions():
    found = {"python": sys.version.split()[0]}
    for name in PEERS:
        try:
            found[name] = peer(name).version()
        except ImportError:
            pass
    try:
        found["numpy"] = importlib.import_module("numpy").__version__
    except ImportError:
        pass
    return found


def main(arguments):
    if arguments == ["versions"]:
        print(json.dumps(versions()))
        return
    name, measurement, units, rounds, limit, directory = arguments
    plan = measurements.Plan(int(units), int(rounds), float(limit), directory)
    samples = measurements.ALL[measurement](peer(name), plan)
    print(json.dumps({"samples": samples}), flush=True)
    # What a broken pool has left must not keep this process: its group is killed by who has started it.
    if threading.active_count() > 1:
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
