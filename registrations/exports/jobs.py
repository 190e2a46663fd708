"""Write the exports that were asked for, and hand them out."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.http import StreamingHttpResponse

from registrations.exports.attendance import PROFILES, profile_with
from registrations.exports.columns import ColumnsUnknown
from registrations.exports.csv_files import Row, content_disposition
from registrations.models import ExportJob
from registrations.services import export_jobs
from registrations.services.export_rows import CHUNK_ROWS, attendance_rows

logger = logging.getLogger(__name__)
PIECES_AT_A_TIME = 4


def make_due(*, clock: Callable[[], datetime]) -> None:
    """Write one export after the other until none is left, whoever else does so."""
    while job := export_jobs.claim(at=clock()):
        if job.state == ExportJob.State.RUNNING:
            _make(job, clock)


def _make(job: ExportJob, clock: Callable[[], datetime]) -> None:
    try:
        profile = profile_with(job.profile, job.edition, job.columns)
        # Outside a transaction, so that each piece and how far it is are seen at once; the rows are those of one moment
        # nevertheless, because PostgreSQL puts them aside first.
        rows = _counted(job, attendance_rows(export_jobs.registrations_of(job)))
        for position, data in enumerate(profile.form.encode(rows, profile.columns)):
            export_jobs.keep(job=job, position=position, data=data)
        export_jobs.finish(job=job, at=clock())
    except ColumnsUnknown:
        export_jobs.give_up(job=job)
    except export_jobs.Superseded:
        logger.info("%s was taken over, or is to be written anew", job)


def _counted(job: ExportJob, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        yield row
        job.rows += 1
        if job.rows % CHUNK_ROWS == 0:
            export_jobs.go_on(job)


def job_response(job: ExportJob) -> StreamingHttpResponse:
    """Answer with the file as a download that no cache keeps; it is named after the moment at which it was begun."""
    profile = PROFILES[job.profile]
    pieces = job.pieces.order_by("position").values_list("data", flat=True)
    response = StreamingHttpResponse(
        map(bytes, pieces.iterator(chunk_size=PIECES_AT_A_TIME)), content_type=profile.form.content_type
    )
    response["Content-Disposition"] = content_disposition(
        profile.file_name([job.edition], job.claimed_at or job.asked_at)
    )
    response["Cache-Control"] = "no-store"
    return response
