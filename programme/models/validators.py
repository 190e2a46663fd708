"""What a field may hold."""

import re
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from symposium.lib.orcid import is_orcid

# They begin addresses of our own, so an edition of that name could not be reached.
RESERVED_SLUGS = frozenset(
    {
        "account", "accounts", "accessibility", "admin", "api", "certificates", "checkin", "en", "favicon.ico", "fr",
        "healthz", "legal", "mailbox", "metrics", "people", "privacy", "readyz", "registrations", "robots.txt", "sitemap",
        "sitemap.xml", "static", "t", "ticket", "u",
    }
)  # fmt: skip
DARK_INK = "#0c1512"
DARK_PAPER = "#121715"
WHITE = "#ffffff"
READABLE_CONTRAST = 4.5


validate_https = URLValidator(schemes=["https"], message=_("Write an address that begins with https://."))


def validate_edition_slug(value: str) -> None:
    if value in RESERVED_SLUGS:
        raise ValidationError(_("“%(slug)s” is a word of the site itself; choose another."), params={"slug": value})


@cache
def _time_zones() -> frozenset[str]:
    """Python opens some six hundred files to tell them, which a form would wait for each time."""
    return frozenset(available_timezones())


def is_time_zone(value: str) -> bool:
    return value in _time_zones()


def validate_time_zone(value: str) -> None:
    if not is_time_zone(value):
        raise ValidationError(
            _("“%(zone)s” is not a time zone; write for example Europe/Paris."), params={"zone": value}
        )


def validate_real_time(moment: datetime, zone: str) -> None:
    """Refuse a local time that the change to summer time skips."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValidationError(_("This time does not exist in %(zone)s."), params={"zone": zone})


def validate_accent_light(value: str) -> None:
    _validate_contrast(value, WHITE)


def validate_accent_dark(value: str) -> None:
    _validate_contrast(value, DARK_PAPER)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two ``#rrggbb`` colours, 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[position : position + 2], 16) / 255 for position in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _validate_contrast(value: str, paper: str) -> None:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValidationError(_("A colour is written like #12604a."))
    found = contrast(value, paper)
    if found < READABLE_CONTRAST:
        raise ValidationError(
            _("Text in this colour could not be read: its contrast is %(found).1f, 4.5 is needed."),
            params={"found": found},
        )


def validate_orcid(value: str) -> None:
    """Check the form and the check digit (ISO 7064 MOD 11-2)."""
    if not re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", value):
        raise ValidationError(_("An ORCID iD is written like 0000-0002-1825-0097."))
    if not is_orcid(value):
        raise ValidationError(_("This ORCID iD has a typing mistake."))


def validate_ror(value: str) -> None:
    if not re.fullmatch(r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}", value):
        raise ValidationError(_("A ROR identifier is written like 042nb2s44."))
