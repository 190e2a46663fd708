"""What the servers spent: processor time from /proc, statements from pg_stat_statements."""

import os
import re
from pathlib import Path

import psycopg

TICKS = os.sysconf("SC_CLK_TCK")
# The bounds of transactions, and what PostgreSQL asks itself to check a foreign key when a transaction ends.
NOT_COUNTED = re.compile(
    r"(?i)^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b|^SELECT 1 FROM ONLY .* FOR KEY SHARE OF x$"
)


def cpu_seconds(pid: int) -> float:
    """Return what a process and all its children have used, those that ended included."""
    parents: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # ended meanwhile
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
            used[int(entry.name)] = sum(int(ticks) for ticks in fields[11:15])
    family, found = [pid], []
    while family:
        member = family.pop()
        found.append(member)
        family += parents.get(member, [])
    return sum(used.get(member, 0) for member in found) / TICKS


def start_counting_statements(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        connection.execute("SELECT pg_stat_statements_reset()")


def statements(url: str) -> list[tuple[int, float, str]]:
    """Return (calls, milliseconds, statement), most called first."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT calls, total_exec_time, query FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%'"
            " ORDER BY calls DESC"
        ).fetchall()
    return [row for row in rows if not NOT_COUNTED.match(row[2])]


def percentile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
