"""What the attendance list of a large edition costs: CPU and memory of the command above its start-up.

    .venv/bin/python manage.py seed_demo --people 100000
    .venv/bin/python benchmarks/export.py 2027

The edition 2021, which nobody registered for here, stands for the start-up.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"


@dataclass(frozen=True)
class Cost:
    cpu_seconds: float
    wall_seconds: float
    peak_mib: float
    rows: int


def measure(edition: str, profile: str) -> Cost:
    started = time.monotonic()
    command = [sys.executable, str(MANAGE), "export_attendance", edition, "--profile", profile]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        rows = sum(piece.count(b"\n") for piece in iter(lambda: process.stdout.read(1 << 16), b""))
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    wall = time.monotonic() - started
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, rows - 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edition", nargs="?", default="2027")
    parser.add_argument("--idle", default="2021", help="an edition without registrations")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    for profile in ("excel-fr", "machine"):
        idle = [measure(options.idle, profile) for _time in range(options.times)]
        full = [measure(options.edition, profile) for _time in range(options.times)]
        cpu = min(cost.cpu_seconds for cost in full) - min(cost.cpu_seconds for cost in idle)
        worst = max(cost.cpu_seconds for cost in full) - min(cost.cpu_seconds for cost in idle)
        memory = max(cost.peak_mib for cost in full) - min(cost.peak_mib for cost in idle)
        wall = min(cost.wall_seconds for cost in full)
        print(
            f"{profile}: {full[0].rows} rows; {cpu:.2f} s of CPU above start-up (worst {worst:.2f}), "
            f"{memory:.1f} MiB above it, {wall:.1f} s in all; start-up {min(c.cpu_seconds for c in idle):.2f} s of CPU"
        )


if __name__ == "__main__":
    main()
