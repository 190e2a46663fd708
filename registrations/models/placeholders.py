"""What an organizer may leave open in a text to many: a closed list, filled in for each reader."""

import re
from collections.abc import Iterator, Mapping

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

PLACEHOLDERS = ("given_name", "family_name", "name", "edition", "date", "reference", "link")
LIST = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_OPEN = re.compile(r"(\{[a-z_]+\})")
LONGEST_SHOWN = 40


def validate_placeholders(text: str) -> None:
    """Refuse braces around anything else, naming it, and a brace that stands alone."""
    unknown = [found for found in _BRACES.findall(text) if found[1:-1] not in PLACEHOLDERS or len(found) == 1]
    if unknown:
        raise ValidationError(
            format_lazy("{} {}", _("Not known: %(unknown)s."), _("You may write %(known)s.")),
            code="placeholder",
            params={"unknown": ", ".join(one[:LONGEST_SHOWN] for one in dict.fromkeys(unknown)), "known": LIST},
        )


def parts_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield each part of a text: ``("", words)`` as they are written, or ``(name, "")`` for what is left open."""
    for position, part in enumerate(_OPEN.split(text)):
        yield (part[1:-1], "") if position % 2 else ("", part)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its values. Once: what a value says in braces stays as it is."""
    return "".join(values[name] if name else words for name, words in parts_of(text))
