"""Spaces and apostrophes as a printer sets them, for texts that people typed."""

import re
from datetime import date, datetime

from django.utils.dateformat import format as format_date

NARROW = "\u202f"
NO_BREAK = "\u00a0"
APOSTROPHE = "\u2019"

# The apostrophe between two letters alone: one beside a bracket or a sign belongs to something else than prose.
_APOSTROPHE = (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"), APOSTROPHE)
_FRENCH = (
    (re.compile(r"«[ \u00a0\u202f]?(?=\S)"), f"«{NARROW}"),
    (re.compile(r"(?<=\S)[ \u00a0\u202f]?»"), f"{NARROW}»"),
    # Only a space that is there is changed: « ?page=2 » in an address has none.
    (re.compile(r"(?<=\S) (?=[;!?])"), NARROW),
    (re.compile(r"(?<=\S) (?=:(?:\s|$))"), NO_BREAK),
    (re.compile(r"(?<=\d) h (?=\d)"), f"{NO_BREAK}h{NO_BREAK}"),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NARROW),
    (re.compile(r"\b(M\.|Mme|Dr|Pr) (?=\w)"), rf"\1{NO_BREAK}"),
)


def typeset(text: str, language: str) -> str:
    """Return ``text`` as it is printed in ``language``. It stays plain text: whoever shows it still escapes it."""
    for pattern, replacement in (_APOSTROPHE, *(_FRENCH if language == "fr" else ())):
        text = pattern.sub(replacement, text)
    return text


def group_digits(number: int, language: str) -> str:
    """Return 12000 as « 12 000 » or “12,000”."""
    return f"{number:,}".replace(",", NARROW if language == "fr" else ",")


def clock(moment: datetime, language: str) -> str:
    """Return the time of day that ``moment`` has in its own zone: « 14 h 15 » or “2:15 pm”."""
    if language == "fr":
        return f"{moment.hour}{NO_BREAK}h{NO_BREAK}{moment.minute:02}"
    return f"{moment.hour % 12 or 12}:{moment.minute:02}{NO_BREAK}{'am' if moment.hour < 12 else 'pm'}"


def short_day(day: date, language: str) -> str:
    """Return « 1er mars 2027 » or “1 March 2027”; the month is named in the language that is active."""
    return format_date(day, "j\\e\\r F Y" if language == "fr" and day.day == 1 else "j F Y")
