"""An installation of production that is only read: the sample world, the web server and its cache."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.topology.processes import free_port, installed, is_listening, wait_until

EDITION = "2027"
LOOK = f"""
from registrations.models import Registration
print(Registration.objects.confirmed().filter(edition__slug="{EDITION}").order_by("pk").first().page_token)
"""


@dataclass(frozen=True)
class Showcase:
    """``token`` opens the page of somebody whose place is confirmed."""

    origin: str
    token: str


@contextmanager
def showcase(*programs: str) -> Iterator[Showcase]:
    """``programs`` run in the shell of the installation before anybody reads it."""
    folder = Path(tempfile.mkdtemp(prefix="symposium-tests-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        installation = stack.enter_context(installed(folder, smtp_port=free_port()))
        installation.manage("seed_demo")
        for program in programs:
            installation.manage("shell", "--verbosity", "0", "--command", program)
        token = installation.manage("shell", "--verbosity", "0", "--command", LOOK).split()[-1]
        for process, port in (
            (installation.valkey(), installation.valkey_port),
            (installation.web(), installation.web_port),
        ):
            stack.callback(process.stop)
            process.start()
            wait_until(lambda port=port: is_listening(port))
        yield Showcase(installation.origin, token)
