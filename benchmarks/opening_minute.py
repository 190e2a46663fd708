"""The opening minute: 5,000 people, 600 seats, 200 connections, against the production topology as processes.

    .venv/bin/python -m benchmarks.opening_minute [--people N] [--seats N] [--connections N]

Web server, worker, scheduler, PostgreSQL (with its default durability), Valkey, the visitors and an SMTP server share
this machine. What is printed is of one run.
"""

import argparse
import asyncio
import collections
import resource
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from benchmarks import measures, visitors
from tests.topology.processes import Process, Running, free_port, installed, is_listening, running, wait_until

MAILS_TIMEOUT_SECONDS = 600
COUNTING = ("shared_preload_libraries=pg_stat_statements", "pg_stat_statements.max=1000")
OPEN = """
from datetime import timedelta
from django.utils import timezone
from programme.models import Edition, SeatPool
at = timezone.now()
for ordinal, slug, seats in ((3, "rush", {seats}), (4, "warm", 1)):
    edition = Edition.objects.create(
        slug=slug, ordinal=ordinal, title_fr="IA et médecine", title_en="AI and medicine", status="published",
        starts_at=at + timedelta(days=60), ends_at=at + timedelta(days=60, hours=4),
        registration_opens_at=at - timedelta(days=1), registration_closes_at=at + timedelta(days=59),
    )
    SeatPool.objects.create(edition=edition, mode="onsite", capacity=seats)
"""
RANKS = """
SELECT attendee.email, CASE WHEN registration.status = 'confirmed' THEN 0 ELSE claim.position END
FROM registrations_registration registration
JOIN registrations_attendee attendee ON attendee.registration_id = registration.id
JOIN registrations_claim claim ON claim.registration_id = registration.id
JOIN programme_edition edition ON edition.id = registration.edition_id AND edition.slug = 'rush'
"""


def main() -> None:
    options = arguments()
    folder = Path(tempfile.mkdtemp(prefix="symposium-bench-"))
    smtp_port, mails = free_port(), folder / "mails"
    sink = [sys.executable, "-m", "benchmarks.smtp_sink", str(smtp_port), str(mails)]
    smtp = Process("smtp", sink, Path(__file__).resolve().parent.parent).start()
    try:
        wait_until(lambda: is_listening(smtp_port))
        with installed(folder, smtp_port, COUNTING) as installation:
            installation.manage("shell", "--command", OPEN.format(seats=options.seats))
            installation.web_options = ["--workers", str(options.workers), "--threads", str(options.threads)]
            with running(installation) as site:
                measure(site, mails, options)
            sys.stdout.write(installation.manage("verify_invariants"))
    finally:
        smtp.stop(signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--seats", type=int, default=600)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2, help="processes of the web server")
    parser.add_argument("--threads", type=int, default=4, help="threads of each")
    parser.add_argument("--statements", type=int, default=25, help="how many kinds of statement to list")
    return parser.parse_args()


def measure(site: Running, mails: Path, options: argparse.Namespace) -> None:
    # First some at another edition, so that no process is still reading its code.
    asyncio.run(visitors.crowd(site.installation.web_port, "warm", 40, 20, name="early"))
    wait_until(lambda: len(receivers(mails, "early")) == 40)
    measures.start_counting_statements(site.database.url)
    before = spent(site)
    started = time.monotonic()
    visits = asyncio.run(visitors.crowd(site.installation.web_port, "rush", options.people, options.connections))
    took = time.monotonic() - started
    mails_took = wait_for_mails(mails, options.people, started)
    used = {name: seconds - before[name] for name, seconds in spent(site).items()}
    report_answers(visits, took, mails, mails_took)
    report_costs(used, options.people)
    report_statements(measures.statements(site.database.url), options)
    report_order(site.database.url, visits)


def spent(site: Running) -> dict[str, float]:
    pids = {name: getattr(site, name).pid for name in ("web", "worker", "beat", "valkey")}
    return {name: measures.cpu_seconds(pid) for name, pid in {**pids, "postgres": site.database.pid}.items()}


def wait_for_mails(mails: Path, people: int, started: float) -> float:
    try:
        wait_until(lambda: len(receivers(mails, "person")) >= people, MAILS_TIMEOUT_SECONDS, pause=0.5)
    except TimeoutError:
        print(f"NOT ALL MAILS after {MAILS_TIMEOUT_SECONDS} s")
    return time.monotonic() - started


def receivers(mails: Path, name: str) -> list[str]:
    lines = mails.read_text().splitlines() if mails.exists() else []
    return [receiver for _moment, receiver in map(str.split, lines) if receiver.startswith(name)]


def report_answers(visits: list[visitors.Visit], took: float, mails: Path, mails_took: float) -> None:
    print(f"{len(visits)} people in {took:.1f} s: {len(visits) / took:.0f} registrations/s")
    print(f"told on the page: {dict(collections.Counter(visit.seen or visit.failure for visit in visits))}")
    named = {"form": 0, "registration": 1, "answer page": 2}
    for name, place in named.items():
        seconds = [visit.seconds[place] for visit in visits if len(visit.seconds) > place]
        print_percentiles(name, seconds)
    print_percentiles("any request", [second for visit in visits for second in visit.seconds])
    written = receivers(mails, "person")
    print(f"mails: {len(written)} to {len(set(written))} people, all out {mails_took:.1f} s after the start")


def print_percentiles(name: str, seconds: list[float]) -> None:
    if seconds:
        p50, p95, p99 = (measures.percentile(seconds, part) for part in (0.5, 0.95, 0.99))
        print(f"  {name:13} p50 {p50:.2f} s   p95 {p95:.2f} s   p99 {p99:.2f} s   most {max(seconds):.2f} s")


def report_costs(used: dict[str, float], people: int) -> None:
    print(f"CPU per registration: {sum(used.values()) / people * 1000:.1f} ms")
    for name, seconds in used.items():
        print(f"  {name:9} {seconds / people * 1000:6.2f} ms")
    load = resource.getrusage(resource.RUSAGE_SELF)
    print(f"  (visitors {(load.ru_utime + load.ru_stime) / people * 1000:6.2f} ms, not counted)")


def report_statements(rows: list[tuple[int, float, str]], options: argparse.Namespace) -> None:
    print(f"statements per registration: {sum(row[0] for row in rows) / options.people:.2f}")
    for calls, milliseconds, query in rows[: options.statements]:
        line = " ".join(query.split())
        print(f"  {calls / options.people:6.3f}  {milliseconds / options.people:6.3f} ms  {line[:150]}")


def report_order(url: str, visits: list[visitors.Visit]) -> None:
    """Nobody who sent the form after another had the answer ranks before them."""
    with psycopg.connect(url) as connection:
        ranks = dict(connection.execute(RANKS).fetchall())
    overtaken, latest, latest_of_rank = 0, 0.0, (0, 0.0)
    for visit in sorted((v for v in visits if v.email in ranks), key=lambda v: ranks[v.email]):
        rank = ranks[visit.email]
        if rank > latest_of_rank[0]:
            latest, latest_of_rank = max(latest, latest_of_rank[1]), (rank, 0.0)
        overtaken += latest > visit.answered_at
        latest_of_rank = (rank, max(latest_of_rank[1], visit.sent_at))
    positions = sorted(rank for rank in ranks.values() if rank)
    is_dense = positions == list(range(1, len(positions) + 1))
    print(f"confirmed {len(ranks) - len(positions)}, waiting {len(positions)}, ranks dense: {is_dense}")
    print(f"overtaken: {overtaken}")


if __name__ == "__main__":
    main()
