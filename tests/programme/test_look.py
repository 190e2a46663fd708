import gzip

import pytest
from django.template import Context, Template
from django.utils import translation

from programme.models import Edition
from programme.services.cover import draw_cover
from programme.services.pages import Seats
from tests.factories import NOW, EditionFactory, SeatPoolFactory


def draw(source, **context):
    return Template(source).render(Context(context))


def test_typo_keeps_hostile_text_literal():
    with translation.override("fr"):
        assert draw("{{ text|typo }}", text="<b>l'IA</b> ?") == "&lt;b&gt;l\u2019IA&lt;/b&gt;\u202f?"


@pytest.mark.parametrize("name", ["ok", "wait", "stop", "no", "twice", "mail"])
def test_icon_is_drawn_and_hidden_from_screen_readers(name):
    text = draw(f'{{% icon "{name}" %}}')

    assert 'aria-hidden="true"' in text
    assert "<path" in text


@pytest.mark.parametrize(
    ("status", "css_class", "words"),
    [
        ("pending", "tag wait", "Address to be confirmed"),
        ("requested", "tag wait", "Awaiting approval"),
        ("confirmed", "tag ok", "Registration confirmed"),
        ("waiting", "tag wait", "On the waiting list"),
        ("cancelled", "tag", "Cancelled"),
        ("refused", "tag stop", "Refused"),
        ("expired", "tag", "Time limit passed"),
    ],
)
def test_status_tag_has_a_word_and_an_icon(status, css_class, words):
    with translation.override("en"):
        text = draw("{% status_tag status %}", status=status)

    assert f'<span class="{css_class}">' in text
    assert words in text
    assert "<svg" in text


@pytest.mark.parametrize(("ordinal", "name"), [(3, "Third edition"), (11, "Edition 11")])
def test_edition_name(ordinal, name):
    with translation.override("en"):
        assert draw("{{ edition|edition_name }}", edition=Edition(ordinal=ordinal)) == name


@pytest.mark.parametrize(("count", "name"), [(1, "Speaker"), (2, "Speakers")])
def test_role_name(count, name):
    with translation.override("en"):
        assert draw("{{ 'speaker'|role_name:count }}", count=count) == name


def test_edition_date_is_a_tag_and_a_filter():
    edition = Edition(starts_at=NOW, ends_at=NOW, date_precision="month")

    with translation.override("en"):
        assert (
            draw("{% edition_date edition %}, {{ edition|edition_day }}", edition=edition) == "March 2027, March 2027"
        )


def test_translated_text_that_exists_nowhere_is_empty():
    assert draw('{% translated edition "title" %}{% prose edition "lead" %}', edition=Edition()).strip() == ""


def test_navigation_reads_the_clock_where_the_page_did_not(db):
    edition = EditionFactory()

    assert draw("{% takes_registrations edition as yes %}{{ yes }}", edition=edition) == "True"
    assert draw("{% takes_registrations edition as yes %}{{ yes }}", edition=edition, at=edition.ends_at) == "False"


@pytest.mark.parametrize("rounded", [False, True])
@pytest.mark.parametrize("seats", [1, 20, 137, 600, 5000])
def test_cover_is_light_at_any_number_of_seats(seats, rounded):
    drawing = draw_cover(seats=seats, full=seats // 3, rounded=rounded)

    text = draw("{% cover drawing 'x' %}", drawing=drawing)

    assert len(gzip.compress(text.encode())) <= 8_000
    assert text.count("<svg") == 1


def test_room_without_limit_has_no_cover():
    assert Seats(onsite=SeatPoolFactory.build(edition=None, capacity=None, taken=7), online=None).cover is None
