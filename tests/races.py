"""Many people at once, each with a connection of their own."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections, transaction
from django.test import Client

WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


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


def sent_while(hold, address, data, client=None):
    """Send a form that has to wait for what ``hold`` locks, do what that returns, and return the answer."""

    def send():
        try:
            return (client or Client()).post(address, data)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            change = hold()
            answer = thread.submit(send)
            _wait_until_somebody_waits()
            change()
        return answer.result(timeout=60)


def _wait_until_somebody_waits():
    with connection.cursor() as cursor:
        for _time in range(3000):
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01), pg_stat_clear_snapshot()")
    raise AssertionError("nobody waits")
