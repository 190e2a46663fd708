"""Put into .venv what ``make demo`` or ``make test`` needs: ``python3 requirements/install.py demo|dev``.

Standard library only, and readable by old Pythons too, so that they can say that they are too old.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
# What was installed last, word for word: a stamp that tells by content, where a time would lie after a git checkout.
STAMP = VENV / "installed.txt"
USABLE = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"


def main(wanted: str) -> None:
    use_a_python_new_enough()
    with (CHECKOUT / "requirements" / "install.py").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # make demo and make test may be started together
        if not works():
            create()
        if not has(wanted):
            install(wanted)


def use_a_python_new_enough() -> None:
    if sys.version_info >= OLDEST or works():
        return
    for name in ("python3.14", "python3.13", "python3.12", "python3.11"):
        found = shutil.which(name)
        if found:
            os.execv(found, [found, *sys.argv])
    sys.exit(f"Symposium needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")


def works() -> bool:
    return (
        PYTHON.exists()
        and subprocess.run([str(PYTHON), "-c", USABLE], check=False, stderr=subprocess.DEVNULL).returncode == 0
    )


def create() -> None:
    if subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False).returncode:
        shutil.rmtree(str(VENV), ignore_errors=True)
        sys.exit(
            "Python could not make a virtual environment (see above). On Debian and Ubuntu: apt-get install python3-venv"
        )


def has(wanted: str) -> bool:
    """Whether .venv holds what is wanted; dev.txt holds all of demo.txt."""
    enough = [lock(wanted), lock("dev")]
    return STAMP.exists() and STAMP.read_text() in [path.read_text() for path in enough]


def install(wanted: str) -> None:
    sys.stdout.write(f"Installing requirements/{wanted}.txt into .venv …\n")
    sys.stdout.flush()
    if STAMP.exists():
        STAMP.unlink()
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # Nothing that the lock does not name, and nothing that differs from it by a byte.
    command += ["--no-deps", "--require-hashes", "--requirement", str(lock(wanted))]
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"The packages of requirements/{wanted}.txt could not be installed (see above).")
    STAMP.write_text(lock(wanted).read_text())


def lock(wanted: str) -> Path:
    return CHECKOUT / "requirements" / f"{wanted}.txt"


if __name__ == "__main__":
    if sys.argv[1:] not in (["demo"], ["dev"]):
        sys.exit("usage: python3 requirements/install.py demo|dev")
    main(sys.argv[1])
