"""The countries, by name in the language of the page."""

from functools import cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import override
from django_countries import countries

from symposium.lib.text import fold
from symposium.lib.typography import typeset


@cache
def names(language: str) -> dict[str, str]:
    """Return the names by ISO 3166-1 alpha-2 code, in alphabetical order without regard to accents."""
    with override(language):
        found = {country.code: typeset(country.name, language) for country in countries}
    return dict(sorted(found.items(), key=lambda item: fold(item[1])))


@cache
def options(language: str, selected: str) -> SafeString:
    """Return the ``<option>`` elements of all countries; kept, because 250 of them cost more than the rest of a form."""
    return format_html_join(
        "\n",
        "{}",
        (
            (format_html('<option value="{}"{}>{}</option>', code, " selected" if code == selected else "", name),)
            for code, name in names(language).items()
        ),
    )
