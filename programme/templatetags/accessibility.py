"""What the statement of accessibility, and the foot of every page, are written with."""

from typing import Any

from django import template
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.services.accessibility import State, state
from programme.services.texts import text_in_a_language
from programme.templatetags.look import language
from symposium.lib.text import lines_of

register = template.Library()

# In the words of the law, which every page has to use.
MENTIONS = {
    State.FULL: _("Accessibility: fully compliant"),
    State.PARTIAL: _("Accessibility: partially compliant"),
    State.NOT: _("Accessibility: not compliant"),
}


@register.simple_tag
def accessibility_mention() -> str:
    return str(MENTIONS[state(at=timezone.now())])


@register.inclusion_tag("partials/lines.html")
def lines(thing: Model, field: str) -> dict[str, Any]:
    """List a text line by line, marked where it is in the other language."""
    text, code = text_in_a_language(thing, field)
    foreign = "" if code == language() else code
    return {"lines": lines_of(text), "foreign": foreign}
