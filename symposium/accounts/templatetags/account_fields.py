from django import template
from django.forms import BoundField

register = template.Library()


@register.filter
def without_placeholder(field: BoundField) -> BoundField:
    """Drop the placeholder that repeats the label, grey and gone once somebody types."""
    field.field.widget.attrs.pop("placeholder", None)
    return field
