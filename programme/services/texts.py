"""A text that exists in French, in English or in both, and which of them is shown."""

from django.conf import settings
from django.db.models import Model
from django.utils.translation import get_language

from symposium.lib.typography import typeset


def text_in_a_language(thing: Model, field: str) -> tuple[str, str]:
    """Return a translated text and the language it is in: the active one or, where it is missing, the other."""
    wanted = get_language() or settings.LANGUAGE_CODE
    for code in (wanted, *(code for code, _name in settings.LANGUAGES if code != wanted)):
        text = getattr(thing, f"{field}_{code}")
        if text:
            return typeset(text, code), code
    return "", wanted
