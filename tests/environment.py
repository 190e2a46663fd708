"""A pytest plugin, loaded before Django reads its settings: a PostgreSQL of this run's own and the settings of a test."""

import gc
import os
import shutil
import tempfile
from pathlib import Path

from symposium.lib.postgres import FAST_AND_LOSABLE, EmbeddedPostgres

_folder = None
_server = None

os.environ["DEBUG"] = "true"
os.environ["PUBLIC_ORIGIN"] = "http://testserver"
for name in ("REDIS_URL", "EMAIL_URL", "SECRET_KEY", "TICKET_KEYS", "ALLOWED_HOSTS"):
    os.environ.pop(name, None)
if "DATABASE_URL" not in os.environ:
    _folder = Path(tempfile.mkdtemp(prefix="symposium-tests-"))
    _folder.chmod(0o755)  # the server may run as another account
    _server = EmbeddedPostgres(_folder / "postgres", FAST_AND_LOSABLE)
    os.environ["DATABASE_URL"] = _server.start()


def pytest_collection_finish():
    """What has been read by now stays to the end: to look through it for rubbish costs a sixth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


def pytest_unconfigure():
    if _server is not None and _folder is not None:
        _server.stop()
        shutil.rmtree(_folder, ignore_errors=True)
