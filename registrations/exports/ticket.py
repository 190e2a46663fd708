"""The ticket on paper: what the person's page shows of it, as one page of PDF."""

from datetime import datetime
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programme.models import AttendanceMode, Edition
from programme.services import dates
from programme.services.schedule import announce
from programme.templatetags.look import edition_name
from registrations.models import Registration
from registrations.services.place import Place, place_of
from registrations.services.tickets import qr_svg
from symposium.lib import pdf
from symposium.lib.text import one_line
from symposium.lib.typography import typeset

# More would not leave it one page; the person's own page has them all, whole.
MOST_SESSIONS = 8
SESSION_LENGTH, PLACE_LENGTH = 70, 180
# The longest titles that fit in one size of letters, in points: beyond the last the smallest is taken.
TITLE_SIZES = ((60, 26), (120, 20), (200, 16))


def ticket_pdf(registration: Registration, *, at: datetime) -> bytes:
    """Return the ticket of a confirmed registration in the active language, about 5 ms of work."""
    return pdf.pdf("ticket", _typeset(_data(registration, at)))


def _data(registration: Registration, at: datetime) -> dict[str, Any]:
    edition = registration.edition
    title = announce(one_line(edition.title), edition.status)
    return {
        "language": get_language(),
        "accent": edition.accent_light,
        "label": edition_name(edition),
        "title": title,
        "title_size": next((size for length, size in TITLE_SIZES if len(title) <= length), TITLE_SIZES[-1][1]),
        "notice": _notice(edition),
        "name": registration.attendee.name,
        "affiliation": registration.attendee.affiliation,
        "date": _date(edition),
        "mode": _mode(registration),
        "sessions": _sessions(place_of(registration, at)),
        "reference": registration.reference,
        "code": qr_svg(registration),
        "advice": _advice(registration),
        "words": {
            "state": _("State"),
            "name": _("Name"),
            "affiliation": _("Affiliation"),
            "date": _("Date"),
            "mode": _("Mode"),
            "sessions": _("Sessions"),
            "reference": _("Reference"),
            "code": _("QR code of your ticket"),
            "show": _("To show at the entrance, on paper or on a phone."),
            "then": _("What happens next"),
        },
    }


def _notice(edition: Edition) -> str:
    if edition.status == Edition.Status.CANCELLED:
        return _("This edition is cancelled.")
    if edition.status == Edition.Status.POSTPONED:
        return _("This edition is postponed: the date below no longer holds.")
    return ""


def _date(edition: Edition) -> str:
    if edition.date_precision != Edition.DatePrecision.TIME:
        return dates.edition_date(edition)
    return f"{dates.edition_date(edition)} ({_('%(zone)s time') % {'zone': dates.zone_name(edition)}})"


def _mode(registration: Registration) -> str:
    if registration.mode == AttendanceMode.ONLINE:
        return _("Online")
    edition = registration.edition
    parts = (_("On site"), edition.venue, edition.address, edition.city)
    return Truncator(", ".join(one_line(part) for part in parts if part)).chars(PLACE_LENGTH)


def _sessions(place: Place) -> list[str]:
    """Return the sessions in which a seat is held; one that is waited for is no part of a ticket."""
    held = [Truncator(one_line(item.session.title)).chars(SESSION_LENGTH) for item in place.sessions if item.is_held]
    left = len(held) - MOST_SESSIONS
    return [*held[:MOST_SESSIONS], _("and %(count)s more on your page") % {"count": left}] if left > 0 else held


def _advice(registration: Registration) -> list[str]:
    lines = []
    if registration.mode == AttendanceMode.ONLINE:
        lines.append(_("The link to follow online is on your page, behind the link in our mail."))
    else:
        lines.append(_("The code is read at the entrance; without a code, your name or your reference is enough."))
        lines.append(_("It is valid for one person and one entry."))
    lines.append(_("If you can no longer come, cancel on your page: your seat goes at once to the first who waits."))
    return lines


def _typeset(data: dict[str, Any]) -> dict[str, Any]:
    """Set the texts as a printer would; names, references and the drawing are no prose."""
    language = str(data["language"])
    prose = ("title", "label", "notice", "date", "mode")
    lists = ("sessions", "advice")
    return (
        data
        | {key: typeset(data[key], language) for key in prose}
        | {key: [typeset(line, language) for line in data[key]] for key in lists}
    )
