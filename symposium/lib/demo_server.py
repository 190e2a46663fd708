"""The processes of the demo: one web server, with the worker and the scheduler of the task queue.

Without a broker the queue lives in the memory of the web process, so there is one such process and it runs worker and
scheduler in threads of its own. With ``REDIS_URL`` both are processes, as in an installation.
"""

import logging
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from socket import SO_REUSEADDR, SOL_SOCKET, socket
from threading import Thread
from typing import Any

from celery.app import app_or_default
from celery.beat import EmbeddedService
from gunicorn.app.base import BaseApplication
from gunicorn.util import import_app

WEB_THREADS = 16
TASK_THREADS = 2
STOP_WITHIN_SECONDS = 5


class PortTaken(Exception):
    """Somebody else listens there."""


def listen(host: str, port: int) -> socket:
    """Return a socket that owns the port.

    :raises PortTaken: the port is used, or not ours to use.
    """
    listener = socket()
    try:
        # What the server sets as well: without it a port just left could not be taken again for a minute.
        listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(port) from error
    return listener


class DemoServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with one web process; whoever starts it gets no answer before everything has ended."""

    def __init__(self, listener: socket, schedule: Path, when_ready: Callable[[], None]) -> None:
        self.descriptor = listener.detach()  # gunicorn closes it
        self.schedule = schedule
        self.when_ready = when_ready
        self.owner = os.getpid()
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": f"fd://{self.descriptor}",
            "worker_class": "gthread",
            "threads": WEB_THREADS,
            "graceful_timeout": STOP_WITHIN_SECONDS,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": self._announce,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        # The demo serves static files from where they lie and collects none.
        warnings.filterwarnings("ignore", "No directory at", UserWarning)
        return import_app("symposium.wsgi")

    def _announce(self, _arbiter: object) -> None:
        # Gunicorn takes a closed terminal for a wish to reload; here it is the end.
        signal.signal(signal.SIGHUP, lambda *_: os.kill(self.owner, signal.SIGTERM))
        self.when_ready()


class DemoServerWithThreads(DemoServer):
    """Worker and scheduler in threads of the web process, because the queue is in its memory."""

    def load_config(self) -> None:
        super().load_config()
        self.cfg.set("post_worker_init", lambda _worker: start_task_threads(self.schedule))


class DemoServerWithProcesses(DemoServer):
    """Worker and scheduler in processes of their own, reached by the broker."""

    def run(self) -> None:
        tasks = start_task_processes(self.schedule)
        try:
            super().run()
        finally:
            if os.getpid() == self.owner:  # the web process comes by here, too
                stop(tasks)


def start_task_threads(schedule: Path) -> None:
    """Start a worker and a scheduler that end with the process. A mail cut short is sent by the next one to start."""
    # It warns that a queue in memory names no host.
    logging.getLogger("kombu.connection").setLevel(logging.ERROR)
    app = app_or_default()
    app.loader.import_default_modules()
    worker = app.WorkController(
        pool="threads", concurrency=TASK_THREADS, without_gossip=True, without_mingle=True, without_heartbeat=True
    )
    Thread(target=worker.start, name="worker", daemon=True).start()
    EmbeddedService(app, thread=True, schedule_filename=str(schedule)).start()  # type: ignore[union-attr]  # a thread


def start_task_processes(schedule: Path) -> list[subprocess.Popen[bytes]]:
    celery = [sys.executable, "-m", "celery", "--app", "symposium", "--quiet"]
    commands = [
        [*celery, "worker", "--loglevel", "warning", "--concurrency", str(TASK_THREADS), "--pool", "threads"],
        [*celery, "beat", "--loglevel", "warning", "--schedule", str(schedule), "--pidfile", ""],
    ]
    # A session of their own: Ctrl-C reaches us, and we end them once, in order.
    return [subprocess.Popen(command, start_new_session=True) for command in commands]  # noqa: S603  ours


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
