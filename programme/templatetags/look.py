"""What the pages are drawn with."""

from django import template

register = template.Library()
