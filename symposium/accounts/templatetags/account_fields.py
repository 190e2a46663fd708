from django import template
from django.forms import BoundField, EmailField
from django.utils.translation import gettext as _

from symposium.accounts import social

register = template.Library()


@register.filter
def without_placeholder(field: BoundField) -> BoundField:
    """Drop the placeholder that repeats the label, grey and gone once somebody types."""
    field.field.widget.attrs.pop("placeholder", None)
    return field


@register.filter
def label_of(field: BoundField) -> str:
    """Call an address by one name throughout the site; a field without a label goes by its own, which is English."""
    return _("E-mail address") if isinstance(field.field, EmailField) else _(str(field.label))


@register.simple_tag(takes_context=True)
def waiting_orcid(context: template.Context) -> str:
    """Return the iD that ORCID has confirmed in this session and that waits for an account; « » if there is none."""
    return social.waiting_orcid(context["request"])
