"""The certificate of attendance, as one page of PDF."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programme.models import AttendanceMode, Session
from programme.services import dates, pages
from programme.services.schedule import place_of
from programme.templatetags.look import edition_name
from registrations.models import Registration
from registrations.services.certificates import number_of
from symposium.lib import pdf
from symposium.lib.text import one_line
from symposium.lib.typography import typeset


def certificate_pdf(registration: Registration, *, at: datetime) -> bytes:
    """Return the certificate in the active language.

    :raises NotEarned: the person did not come, or the edition is not over.
    """
    number = number_of(registration, at=at)
    edition, attendee = registration.edition, registration.attendee
    is_online = registration.mode == AttendanceMode.ONLINE
    prose: dict[str, Any] = {
        "label": edition_name(edition),
        "title": _("Certificate of attendance"),
        "attended": _("attended online") if is_online else _("attended on site"),
        "edition": one_line(edition.title),
        "when": ", ".join(
            part for part in (dates.edition_day(edition), "" if is_online else place_of(edition)) if part
        ),
        "we_certify": _("The organizers certify that"),
        "sessions_attended": _("Sessions attended"),
        "issued": _("Made on %(date)s.") % {"date": dates.short_day(at.astimezone(edition.zone).date())},
        "check": _("To check this certificate, type its number and the name on it at the address below."),
    }
    language = str(get_language())
    return pdf.pdf(
        "certificate",
        {key: typeset(text, language) for key, text in prose.items()}
        | {
            "language": language,
            "accent": edition.accent_light,
            "name": attendee.name,
            "affiliation": attendee.affiliation,
            "sessions": [typeset(title, language) for title in _sessions_attended(registration)],
            "organisers": [one_line(organisation.name) for organisation in pages.organisers_of(edition)],
            "number_label": _("Number"),
            "number": number,
            "address": f"{settings.PUBLIC_ORIGIN}{reverse('registrations:certificates')}",
        },
    )


def _sessions_attended(registration: Registration) -> list[str]:
    """Return the sessions at whose own door the person was scanned."""
    scanned = registration.check_ins.entries().filter(session__isnull=False).values("session")
    return [one_line(session.title) for session in Session.objects.filter(pk__in=scanned).in_order()]
