"""When an edition takes place, in words, as far as is known and in its own time zone."""

from copy import copy
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programme.models import Edition
from symposium.lib import typography


def clock(moment: datetime) -> str:
    """Return the time of day that ``moment`` has in its own zone: « 14 h 15 » or “2:15 pm”."""
    return typography.clock(moment, get_language() or settings.LANGUAGE_CODE)


def long_day(day: date) -> str:
    """Return « jeudi 20 mai 2027 », « vendredi 1er octobre 2027 » or “Thursday 20 May 2027”."""
    return f"{format_date(day, 'l')} {short_day(day)}"


def short_day(day: date) -> str:
    return typography.short_day(day, get_language() or settings.LANGUAGE_CODE)


def edition_date(edition: Edition) -> str:
    """Return when the edition begins: « mai 2021 », « 20 octobre 2022 » or « jeudi 20 mai 2027, 14 h 00 »."""
    if edition.date_precision == Edition.DatePrecision.TIME:
        return f"{long_day(edition.day)}, {clock(edition.local_start)}"
    return edition_day(edition)


def edition_day(edition: Edition) -> str:
    """Return the day without the time, for a line where the time would be too much."""
    if edition.date_precision == Edition.DatePrecision.MONTH:
        return format_date(edition.day, "F Y")
    return short_day(edition.day)


def edition_span(edition: Edition) -> str:
    """Return from when to when the edition lasts, as far as is known."""
    last_day = (edition.local_end - timedelta(microseconds=1)).date()  # an end at midnight belongs to the day before
    if edition.date_precision == Edition.DatePrecision.MONTH:
        return edition_date(edition)
    if edition.date_precision == Edition.DatePrecision.DAY:
        if last_day == edition.day:
            return edition_date(edition)
        return _("%(start)s to %(end)s") % {"start": short_day(edition.day), "end": short_day(last_day)}
    end = clock(edition.local_end)
    if last_day != edition.day:
        end = f"{long_day(edition.local_end.date())}, {end}"
    return _("%(start)s to %(end)s") % {"start": edition_date(edition), "end": end}


def moment_in(edition: Edition, moment: datetime) -> str:
    """Return a moment by the edition's own clock: « lundi 1er mars 2027, 9 h 00 »."""
    local = moment.astimezone(edition.zone)
    return f"{long_day(local.date())}, {clock(local)}"


def zone_name(edition: Edition) -> str:
    """Return the place whose clock counts: Paris, New York, UTC."""
    return edition.time_zone.rsplit("/", 1)[-1].replace("_", " ")


def edition_previous_date(edition: Edition) -> str:
    """Return when the edition was to begin before it was rescheduled, as exactly as the date that holds is known."""
    before = copy(edition)
    before.starts_at = edition.previous_starts_at or edition.starts_at
    return edition_date(before)
