from django import template
from django.forms import BaseForm

from symposium.lib.form_language import typed_values

register = template.Library()


@register.simple_tag(takes_context=True)
def keep_typed(context: template.Context, form: BaseForm) -> str:
    """Give a form of the library back what was typed into it before the language changed."""
    form.initial.update(typed_values(context["request"], form.fields))
    return ""
