"""What a text that somebody typed may hold."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The joiners of Persian and Indian scripts; other marks of formatting hide a text or turn it around.
JOINERS = {"\u200c", "\u200d"}


def validate_characters(value: str) -> None:
    """Refuse control and formatting characters, and what was left of broken bytes."""
    odd = [letter for letter in value if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Cn"} or letter == "\ufffd"]
    if set(odd) - JOINERS:
        raise ValidationError(_("This contains characters that cannot be read."))


def validate_readable(value: str) -> None:
    """Refuse as well what nobody can see."""
    validate_characters(value)
    if not any(letter.isalnum() for letter in value):
        raise ValidationError(_("This contains characters that cannot be read."))
