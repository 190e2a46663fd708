from django import template
from django.forms import BoundField, EmailField
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def without_placeholder(field: BoundField) -> BoundField:
    """Drop the placeholder that repeats the label, grey and gone once somebody types."""
    field.field.widget.attrs.pop("placeholder", None)
    return field


@register.filter
def label_of(field: BoundField) -> str:
    """Call an address by one name throughout the site."""
    return _("E-mail address") if isinstance(field.field, EmailField) else str(field.label)
