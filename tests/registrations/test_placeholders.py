"""The closed list of what a text to many may leave open."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from registrations.models.placeholders import PLACEHOLDERS, fill, validate_placeholders

KNOWN = "{given_name}, {family_name}, {name}, {edition}, {date}, {reference}, {link}"


@pytest.mark.parametrize("text", ["", "No braces", "".join(f"{{{name}}}" for name in PLACEHOLDERS)])
def test_known_placeholders_are_accepted(text):
    validate_placeholders(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Dear {prenom}", "{prenom}"),
        ("{name} {x} {x} {y}", "{x}, {y}"),
        ("{Name}", "{Name}"),
        ("{ name }", "{ name }"),
        ("{}", "{}"),
        ("a { b", "{"),
        ("a } b", "}"),
        ("{{name}}", "{, }"),
        ("{" + "x" * 90 + "}", "{" + "x" * 39),
        ("{%s}", "{%s}"),
    ],
)
def test_anything_else_in_braces_is_refused_and_named(text, named):
    with override("en"), pytest.raises(ValidationError) as refused:
        validate_placeholders(text)

    with override("en"):  # its words are chosen when they are read
        assert refused.value.messages == [f"Not known: {named}. You may write {KNOWN}."]


def test_values_are_filled_in_once():
    values = dict.fromkeys(PLACEHOLDERS, "-") | {"name": "{link}", "link": "there"}

    assert fill("{name}: {link}, {name}", values) == "{link}: there, {link}"
