"""Next year's edition from last year's: what is copied, what is not, and how the dates move.

Copied are the texts, the place, the rules of registration, the seats offered, the questions, the partners, the columns
chosen for exports and the sessions with their seats. Not copied is what belongs to the one occurrence: its
registrations, figures, documents, people in sessions, roles of staff, and what became of it.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max

from programme.models import Edition, Question, Session

# Each model's columns that the copy does not take; a test asks that every other is one to copy.
OWN_OF_EDITION = {
    "id", "slug", "ordinal", "status", "is_sample", "calendar_sequence", "updated_at", "previous_starts_at",
    "moved_online_at", "joining_url", "has_webhooks", "is_rehearsal", "silence_ends_at",
    "survey_url", "survey_url_fr", "survey_url_en",
}  # fmt: skip
OWN_OF_SESSION = {"id", "guid", "edition", "calendar_sequence", "updated_at"}
OWN_OF_POOL = {"id", "edition", "session", "taken", "waiting", "last_position"}
OWN_OF_PARTNERSHIP = {"id", "edition"}
OWN_OF_COLUMN_SET = {"id", "edition"}
OWN_OF_QUESTION = {"id", "edition"}
OWN_OF_OPTION = {"id", "question"}
MOMENTS = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at", "seats_given_until")
M = TypeVar("M", bound=models.Model)
# The same day of the week, a year later.
YEAR = timedelta(weeks=52)


class SlugTaken(Exception):
    """There is an edition of that name, or the site needs the word itself."""


def clone_edition(*, source: Edition, slug: str, starts_on: date | None = None) -> Edition:
    """Return a draft like ``source`` that begins on a day, or a year later on the same day of the week.

    Moments keep their time on the wall; one that the change to summer time skips becomes the next that exists.

    :raises SlugTaken: ``slug`` is no name for a new edition.
    """
    try:
        Edition._meta.get_field("slug").clean(slug, None)  # noqa: SLF001 - Django's public way to the fields
    except ValidationError as error:
        raise SlugTaken(slug) from error
    by = (starts_on - source.day) if starts_on else YEAR
    with transaction.atomic(durable=True):
        if Edition.objects.filter(slug=slug).exists():
            raise SlugTaken(slug)
        highest = Edition.objects.aggregate(Max("ordinal"))["ordinal__max"]
        return copy_edition(source, by, slug=slug, ordinal=highest + 1, status=Edition.Status.DRAFT)


def copy_edition(source: Edition, by: timedelta, **values: object) -> Edition:
    """Return an edition like ``source`` that is later by so much, but for ``values``; in the caller's transaction."""
    moments = {name: _moved(getattr(source, name), by, source.zone) for name in MOMENTS}
    copied = _copy(source, without=OWN_OF_EDITION, **moments | values)
    copied.save(force_insert=True)
    _copy_parts(source, copied, by)
    return copied


def _copy_parts(source: Edition, clone: Edition, by: timedelta) -> None:
    for partnership in source.partnerships.order_by("position", "id"):
        _copy(partnership, without=OWN_OF_PARTNERSHIP, edition=clone).save(force_insert=True)
    sessions: dict[int, Session] = {}
    for session in source.sessions.order_by("position", "id"):
        copied = _copy(session, without=OWN_OF_SESSION, edition=clone)
        copied.starts_at = _moved(session.starts_at, by, source.zone)
        copied.ends_at = _moved(session.ends_at, by, source.zone)
        copied.save(force_insert=True)
        sessions[session.pk] = copied
    for pool in source.seat_pools.order_by("id"):
        session_of_clone = sessions[pool.session_id] if pool.session_id else None
        _copy(pool, without=OWN_OF_POOL, edition=clone, session=session_of_clone).save(force_insert=True)
    keys = _copy_questions(source, clone, by)
    _copy_column_sets(source, clone, keys)


def _copy_questions(source: Edition, clone: Edition, by: timedelta) -> dict[str, str]:
    """Return what each question is called in forms and exports, and what its copy is."""
    keys = {}
    for question in source.questions.order_by("position", "id"):
        copied = _copy(question, without=OWN_OF_QUESTION, edition=clone)
        copied.deletion_date += by
        copied.save(force_insert=True)
        for option in question.options.order_by("position", "id"):
            _copy(option, without=OWN_OF_OPTION, question=copied).save(force_insert=True)
        keys[question.field_name] = copied.field_name
    return keys


def _copy_column_sets(source: Edition, clone: Edition, keys: Mapping[str, str]) -> None:
    """Let each set name the questions of the copy; one that named nothing but questions that are gone is left out."""
    for column_set in source.column_sets.order_by("id"):
        known = [key for key in column_set.columns if key in keys or not key.startswith(Question.FIELD_PREFIX)]
        if known:
            columns = [keys.get(key, key) for key in known]
            _copy(column_set, without=OWN_OF_COLUMN_SET, edition=clone, columns=columns).save(force_insert=True)


def _copy(thing: M, *, without: set[str], **values: object) -> M:
    return type(thing)(**copied_values(thing, without) | values)


def copied_values(thing: models.Model, without: set[str]) -> dict[str, object]:
    """Return the values of every column but those named."""
    return {
        field.attname: getattr(thing, field.attname)
        for field in thing._meta.concrete_fields  # noqa: SLF001 - Django's public way to the fields
        if field.name not in without
    }


def _moved(moment: datetime | None, by: timedelta, zone: ZoneInfo) -> datetime | None:
    if moment is None:
        return None
    local = moment.astimezone(zone)
    return (local.replace(tzinfo=None) + by).replace(tzinfo=zone)
