"""The demo as a newcomer starts it: one command, then a browser; then Ctrl-C, and nothing is left running."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.topology.processes import IN_THE_IMAGE, ROOT, free_port, wait_until
from tests.topology.visitor import Browser

OURS = (
    "DEBUG",
    "DATABASE_URL",
    "PUBLIC_ORIGIN",
    "REDIS_URL",
    "EMAIL_URL",
    "SECRET_KEY",
    "TICKET_KEYS",
    "ALLOWED_HOSTS",
)


class Demo:
    """A checkout of its own, and ``manage.py demo`` in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "demo.log"
        for name in (*IN_THE_IMAGE, "manage.py"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, folder / name)

    def start(self) -> str:
        """Return what it says once it is ready."""
        environment = {name: value for name, value in os.environ.items() if name not in OURS} | {
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo"],
                cwd=self.folder,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_until(lambda: "Ctrl-C" in self.log.read_text() or self.process.poll() is not None, timeout=60)
        assert self.process.poll() is None, self.log.read_text()
        return self.log.read_text()

    def end_by(self, number: signal.Signals) -> int:
        """End it as a terminal does, which signals all processes of the foreground; return the exit status."""
        os.killpg(self.process.pid, number)
        return self.process.wait(30)

    def end_web_process(self) -> None:
        """End the process that serves the pages; gunicorn starts another."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        (web,) = [pid for pid in children if b"manage.py" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        os.kill(int(web), signal.SIGTERM)
        wait_until(lambda: not Path(f"/proc/{web}").exists())

    def left_running(self) -> list[str]:
        """Return the command lines of processes that have to do with this checkout."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
                folder = str((process / "cwd").readlink())
            except OSError:
                continue
            if str(self.folder) in command or folder.startswith(str(self.folder)):
                found.append(command)
        return found


@pytest.fixture
def demo():
    folder = Path(tempfile.mkdtemp(prefix="symposium-demo-"))
    folder.chmod(0o755)  # PostgreSQL may run as another account
    demo = Demo(folder)
    yield demo
    if demo.process.poll() is None:
        demo.process.kill()
        demo.process.wait()
    shutil.rmtree(folder, ignore_errors=True)


def register(browser, path):
    form = browser.get(path)
    assert form.status == 200, form.text
    person = {
        "email": "zoe@example.org",
        "given_name": "Zoé",
        "family_name": "Visiteuse",
        "affiliation": "",
        "country": "",
    }
    return browser.post(path, form.hidden | person | {"profile": "researcher", "attendance_mode": "onsite"})


def test_demo_from_the_first_start_to_the_second(demo):
    said = demo.start()
    browser = Browser(f"http://127.0.0.1:{demo.port}")
    edition = re.search(r"/checkin/(\d+)/|$", said)[1] or re.search(r"/fr/(\d+)/", browser.get("/fr/").text)[1]

    answer = register(browser, f"/fr/{edition}/register/")
    assert answer.status == 303
    assert browser.get(answer.headers["Location"]).main["data-status"] == "confirmed"
    mails = demo.folder / "var" / "mail"
    wait_until(lambda: list(mails.glob("*.eml")), timeout=20)
    (name,) = [path.stem for path in mails.glob("*.eml")]
    assert "zoe@example.org" in browser.get("/mailbox/").text
    mail = browser.get(f"/mailbox/{name}/").text
    page = browser.get(re.search(rf"http://127.0.0.1:{demo.port}(/fr/registrations/[^/]+/)", mail)[1])
    assert page.main["data-status"] == "confirmed"
    sign_in = re.search(r"an organizer +http://127.0.0.1:\d+(/demo/sign-in/\S+)", said)[1]
    assert browser.get(sign_in).headers["Location"] == "/admin/"
    assert browser.get("/admin/").status == 200
    assert browser.get("/static/css/symposium.css").status == 200
    demo.end_web_process()
    assert browser.get("/fr/").status == 200  # it took neither the port nor the database with it

    assert demo.end_by(signal.SIGINT) == 0
    assert demo.left_running() == []

    demo.start()
    assert page.main["data-reference"] in browser.get(f"/mailbox/{name}/").text
    assert "zoe@example.org" in browser.get("/mailbox/").text
    assert demo.end_by(signal.SIGTERM) == 0
    assert demo.left_running() == []
