"""The programme for calendars: a feed of an edition, and one session to keep."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from programme.exports.schedule_texts import description_of
from programme.models import Edition
from programme.services.schedule import Event, Schedule, announce
from symposium.lib.calendar import CalendarEvent, CalendarFeed, calendar_of, feed_of

MEDIA_TYPE = "text/calendar; charset=utf-8"
# A calendar has no word for a date that no longer holds while the next is not known; the title says it.
STATUSES = {Edition.Status.CANCELLED.value: "CANCELLED", Edition.Status.POSTPONED.value: "TENTATIVE"}


def edition_calendar(schedule: Schedule, *, source: str) -> bytes:
    """Return the feed: the events whose times are published; before there are any, the edition as a whole.

    An edition of which only the month is known has no event.
    """
    feed = CalendarFeed(
        uid=_uid(str(schedule.guid)),
        name=schedule.announced_title,
        description=schedule.description,
        time_zone=schedule.time_zone,
        changed_at=schedule.changed_at,
        language=schedule.language,
        source=source,
        url=schedule.url,
    )
    events = [_event(schedule, event) for event in schedule.events] or _whole(schedule)
    return feed_of(feed, events, year=schedule.starts.year)


def session_calendar(schedule: Schedule, event: Event) -> bytes:
    return calendar_of(_event(schedule, event))


def _event(schedule: Schedule, event: Event) -> CalendarEvent:
    texts = [schedule.title, event.summary, description_of(event), event.url]
    return CalendarEvent(
        uid=_uid(str(event.guid)),
        summary=announce(event.title, schedule.status),
        starts=event.starts,
        ends=event.ends,
        time_zone=schedule.time_zone,
        changed_at=event.changed_at,
        language=event.language,
        description="\n\n".join(text for text in texts if text),
        location=_location(schedule, event),
        url=event.url,
        sequence=event.sequence,
        status=STATUSES.get(schedule.status, "CONFIRMED"),
        organizer=schedule.title,
        contact=schedule.contact,
        category=_("Break") if event.is_break else _("Session"),
        is_busy=not event.is_break,
    )


def _location(schedule: Schedule, event: Event) -> str:
    return schedule.place if event.room.name in schedule.place else f"{event.room.name}, {schedule.place}".rstrip(", ")


def _whole(schedule: Schedule) -> list[CalendarEvent]:
    if schedule.date_precision == Edition.DatePrecision.MONTH:
        return []
    is_timed = schedule.date_precision == Edition.DatePrecision.TIME
    last_day = (schedule.ends - timedelta(microseconds=1)).date()
    return [
        CalendarEvent(
            uid=_uid(str(schedule.guid)),
            summary=schedule.announced_title,
            starts=schedule.starts if is_timed else schedule.starts.date(),
            ends=schedule.ends if is_timed else last_day + timedelta(days=1),
            time_zone=schedule.time_zone,
            changed_at=schedule.changed_at,
            language=schedule.language,
            description="\n\n".join(text for text in (schedule.description, schedule.url) if text),
            location=schedule.place,
            url=schedule.url,
            sequence=schedule.sequence,
            status=STATUSES.get(schedule.status, "CONFIRMED"),
            organizer=schedule.title,
            contact=schedule.contact,
        )
    ]


def _uid(guid: str) -> str:
    return f"{guid}@{urlsplit(settings.PUBLIC_ORIGIN).hostname}"
