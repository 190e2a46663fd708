"""The processes of the demo, one by one; tests/journeys/test_demo.py starts them all."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from celery.app import app_or_default
from gunicorn.app.base import BaseApplication

from symposium.lib import demo_server
from symposium.lib.demo_server import DemoServerWithProcesses, DemoServerWithThreads, PortTaken, listen


@pytest.fixture
def listener():
    listener = listen("127.0.0.1", 0)
    descriptor = listener.fileno()
    yield listener
    if listener.fileno() == -1:
        os.close(descriptor)  # a server had taken it over
    listener.close()


@pytest.fixture
def no_gunicorn(monkeypatch):
    """Replace gunicorn's loop by one that is ready and ends at once."""
    monkeypatch.setattr(BaseApplication, "run", lambda self: self.cfg.when_ready(None))


@pytest.fixture
def hang_up():
    before = signal.getsignal(signal.SIGHUP)
    yield
    signal.signal(signal.SIGHUP, before)


def test_port_of_somebody_else_is_taken(listener):
    listener.listen()

    with pytest.raises(PortTaken):
        listen("127.0.0.1", listener.getsockname()[1])


def test_one_web_process_serves_the_socket(listener):
    descriptor = listener.fileno()

    server = DemoServerWithThreads(listener, Path("schedule"), lambda: None)

    assert server.cfg.workers == 1
    assert server.cfg.address == [descriptor]
    assert callable(server.load())


def test_closed_terminal_ends_the_demo(listener, no_gunicorn, hang_up):
    said = []
    DemoServerWithThreads(listener, Path("schedule"), lambda: said.append("ready")).run()

    with pytest.raises(KeyboardInterrupt, match="ended"):
        _end_by(signal.SIGHUP)

    assert said == ["ready"]


def _end_by(number):
    def ended(*_):
        raise KeyboardInterrupt("ended")

    before = signal.signal(signal.SIGTERM, ended)
    try:
        os.kill(os.getpid(), number)
        time.sleep(5)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_threads_of_the_web_process_work_and_tick(listener, monkeypatch, tmp_path):
    started = []

    class Worker:
        def __init__(self, **options):
            self.options = options

        def start(self):
            started.append(("worker", self.options["pool"], self.options["concurrency"]))

    class Beat:
        def __init__(self, app, **options):
            self.options = options

        def start(self):
            started.append(("beat", self.options["thread"], self.options["schedule_filename"]))

    monkeypatch.setattr(app_or_default(), "WorkController", Worker)
    monkeypatch.setattr(demo_server, "EmbeddedService", Beat)
    server = DemoServerWithThreads(listener, tmp_path / "beat", lambda: None)

    server.cfg.post_worker_init(None)

    assert sorted(started) == [("beat", True, str(tmp_path / "beat")), ("worker", "threads", 2)]


def test_processes_start_before_the_server_and_stop_with_it(listener, no_gunicorn, hang_up, monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr(demo_server.subprocess, "Popen", _popen_that_notes(started))

    DemoServerWithProcesses(listener, tmp_path / "beat", lambda: None).run()

    assert [command[6] for command, _process in started] == ["worker", "beat"]
    assert all(process.poll() is not None for _command, process in started)


def test_web_process_that_ends_leaves_the_others_alone(listener, no_gunicorn, hang_up, monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr(demo_server.subprocess, "Popen", _popen_that_notes(started))
    server = DemoServerWithProcesses(listener, tmp_path / "beat", lambda: None)
    server.owner = 1  # as a fork sees it: the owner is another process

    server.run()

    processes = [process for _command, process in started]
    assert [process.poll() for process in processes] == [None, None]
    demo_server.stop(processes)


def test_process_that_does_not_go_is_killed(monkeypatch):
    monkeypatch.setattr(demo_server, "STOP_WITHIN_SECONDS", 0.2)
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
    process.stdout.readline()

    demo_server.stop([process])

    assert process.returncode == -signal.SIGKILL
    process.stdout.close()


def _popen_that_notes(started):
    popen = subprocess.Popen

    def start(command, **options):
        process = popen(["sleep", "60"], **options)
        started.append((command, process))
        return process

    return start
