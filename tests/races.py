"""Many people at once, each with a connection of their own."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections


def at_once(*actions):
    """Start all actions at the same moment; return their results in order, an exception standing for itself."""
    barrier = threading.Barrier(len(actions))

    def run(action):
        try:
            barrier.wait(timeout=30)
            return action()
        except Exception as error:  # noqa: BLE001  it is the result
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(run, action) for action in actions]]
