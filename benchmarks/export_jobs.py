"""What a large export in the background costs a worker: its peak memory above that of an export of nobody, CPU, and time.

    .venv/bin/python manage.py seed_demo --people 100000
    DEBUG=1 DATABASE_URL=… .venv/bin/python -m benchmarks.export_jobs 2027

Each export is written by a process of its own. Two questions with an answer of each person, the jobs and their files are made
for it and deleted.
"""

import argparse
import resource
import subprocess
import sys
import time

from benchmarks import ready  # noqa: F401  importing it is what it is for

# isort: split

from django.conf import settings
from django.db import connection
from django.utils import timezone

from programme.models import Edition, Question, StaffRole
from registrations.exports.columns import choices_of
from registrations.exports.jobs import make_due
from registrations.models import Answer, ExportJob, Registration
from registrations.services import export_jobs
from registrations.services.export_rows import of_edition
from symposium.accounts.models import User

ANSWER = """
    INSERT INTO registrations_answer (registration_id, question_id, text, option_id)
    SELECT id, %(question)s, 'An answer of some words, as people give them', NULL
    FROM registrations_registration WHERE edition_id = %(edition)s
"""


def write() -> None:
    """Write what is asked for, as the task does, and print what it took."""
    settings.DEBUG = False  # it keeps every statement in memory, with the pieces of the file
    cpu, wall = time.process_time(), time.monotonic()
    make_due(clock=timezone.now)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.process_time() - cpu:.1f} {time.monotonic() - wall:.1f} {peak:.1f}")


def measure(edition: Edition, user: User, profile: str, chosen: str, columns: list[str], *, ticked: bool) -> float:
    job = ExportJob(edition=edition, asked_by=user, profile=profile, reason="benchmark", columns=columns)
    job.for_status = "" if chosen == "everybody" else Registration.Status.REFUSED
    export_jobs.ask(job=job, at=timezone.now(), ticked=of_edition(edition) if ticked else None)
    command = [sys.executable, "-m", "benchmarks.export_jobs", "--write"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    cpu, wall, peak = map(float, done.stdout.split()[-3:])
    job.refresh_from_db()
    how = "ticked, " if ticked else ""
    print(f"{profile}, {how}{job.state}: {job.rows} rows, {cpu} s of CPU, {wall} s in all, peak {peak} MiB")
    job.delete()
    return peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edition", nargs="?", default="2027")
    parser.add_argument("--profiles", nargs="*", default=["machine", "xlsx"])
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write()
        return
    edition = Edition.objects.get(slug=options.edition)
    user = User.objects.create(email="benchmark@example.org", is_staff=True)
    StaffRole.objects.create(user=user, edition=edition, role=StaffRole.Role.EXPORTER)
    questions = [
        Question.objects.create(
            edition=edition, title_fr=f"Question {number}", purpose_fr="Mesure", deletion_date=timezone.now().date()
        )
        for number in (1, 2)
    ]
    try:
        with connection.cursor() as cursor:
            for question in questions:
                cursor.execute(ANSWER, {"question": question.pk, "edition": edition.pk})
        columns = [choice.key for choice in choices_of(edition, "machine")][1:]  # chosen, so not quite all
        for profile in options.profiles:
            nobody = measure(edition, user, profile, "nobody", columns, ticked=False)
            everybody = measure(edition, user, profile, "everybody", columns, ticked=False)
            print(f"{profile}: {everybody - nobody:.1f} MiB above an export of nobody")
        measure(edition, user, "machine", "everybody", columns, ticked=True)
    finally:
        Answer.objects.filter(question__in=questions).delete()
        for question in questions:
            question.delete()
        ExportJob.objects.filter(asked_by=user).delete()
        user.delete()


if __name__ == "__main__":
    main()
