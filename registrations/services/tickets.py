"""What a registration carries to the day: its links, its QR code, its line in a calendar."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from programme.models import AttendanceMode, Edition
from programme.services.schedule import announce, language_of
from registrations.models import Registration
from symposium.lib import qr
from symposium.lib.calendar import CalendarEvent, calendar_of


def page_url(registration: Registration, name: str = "page") -> str:
    """Return a link for a mail, in the registration's language, on the configured origin."""
    with override(registration.language):
        path = reverse(f"registrations:{name}", kwargs={"token": registration.page_token})
    return f"{settings.PUBLIC_ORIGIN}{path}"


def ticket_url(registration: Registration) -> str:
    """Return what the QR code says: no name, no address, no title."""
    return f"{settings.PUBLIC_ORIGIN}{reverse('tickets:ticket', kwargs={'token': registration.ticket_token})}"


def qr_svg(registration: Registration) -> str:
    return qr.svg(ticket_url(registration))


def qr_png(registration: Registration) -> bytes:
    return qr.png(ticket_url(registration))


def calendar_file(registration: Registration, *, method: str = "PUBLISH") -> bytes:
    """Return the person's own calendar file, with their page and, online, the link to follow."""
    edition = registration.edition
    with override(registration.language):
        return calendar_of(_event(registration, edition), method=method)


def _event(registration: Registration, edition: Edition) -> CalendarEvent:
    is_timed = edition.date_precision == Edition.DatePrecision.TIME
    is_online = registration.mode == AttendanceMode.ONLINE
    place = [edition.venue, edition.address, edition.city]
    # A date that no longer holds is no more certain than a place one waits for.
    is_certain = registration.status == Registration.Status.CONFIRMED and edition.status != Edition.Status.POSTPONED
    status = "CONFIRMED" if is_certain else "TENTATIVE"
    over = edition.status == Edition.Status.CANCELLED or not registration.is_alive
    return CalendarEvent(
        uid=f"{registration.pk}@{settings.PUBLIC_ORIGIN.split('://')[1].split(':')[0]}",
        summary=announce(edition.title, edition.status),
        starts=edition.local_start if is_timed else edition.day,
        ends=edition.local_end
        if is_timed
        else (edition.local_end - timedelta(microseconds=1)).date() + timedelta(days=1),
        time_zone=edition.time_zone,
        changed_at=max(edition.updated_at, *_moments(registration)),
        language=registration.language,
        summary_language=language_of(edition, "title"),
        description=_("Your registration, to see, change or cancel: %(link)s") % {"link": page_url(registration)},
        location=_("Online") if is_online else ", ".join(part for part in place if part),
        url=page_url(registration),
        sequence=edition.calendar_sequence + registration.calendar_sequence,
        contact=edition.contact_email,
        organizer=edition.title,
        status="CANCELLED" if over else status,
        conference=edition.joining_url if is_online else "",
    )


def _moments(registration: Registration) -> list[datetime]:
    found = (registration.created_at, registration.confirmed_at, registration.cancelled_at)
    return [moment for moment in found if moment is not None]
