"""The door: what its page shows."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from registrations.models import CheckIn
from registrations.services import admission, door
from tests.factories import EditionFactory, SeatPoolFactory, SessionFactory
from tests.registrations.door.entrance import DAY, register, state_of

pytestmark = pytest.mark.django_db


def test_get_changes_nothing_and_focuses_the_field(page, edition, django_assert_num_queries):
    register(edition)

    response = page()

    assert response.status_code == 200
    assert re.search(r'<input type="search" id="q" name="q"[^>]* autofocus', response.content.decode())
    assert 'method="post"' in response.content.decode()
    assert "<script" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert state_of(response) is None
    assert not CheckIn.objects.exists()


def test_counts_people_and_not_scans(page, edition):
    talk = SessionFactory(edition=edition)
    first, second, online = register(edition), register(edition), register(edition, mode="online")
    door.check_in(registration=first, by=None, source="qr", gate="", at=DAY)
    door.check_in(registration=second, by=None, source="qr", gate="", at=DAY, session=talk)
    left_at = DAY + timedelta(minutes=30)
    CheckIn.objects.create(registration=first, direction="exit", scanned_at=left_at, received_at=left_at, source="qr")
    door.check_in(registration=first, by=None, source="qr", gate="", at=DAY + timedelta(hours=1))
    other = EditionFactory()
    SeatPoolFactory(edition=other)
    door.check_in(registration=register(other), by=None, source="qr", gate="", at=DAY)

    assert admission.counts(edition) == admission.Counts(entered=1, expected=2)
    assert "1 entry of 2 expected" in page(language="en").text_shown
    assert online.status == "confirmed"


def test_the_gate_is_remembered(page, edition):
    page(q="", gate="Porte <b>")

    assert 'name="gate" value="Porte &lt;b&gt;"' in page().content.decode()


@pytest.mark.parametrize("typed", ["", "   "])
def test_nothing_typed_answers_nothing(page, typed):
    response = page(q=typed)

    assert (response.status_code, state_of(response)) == (200, None)


@pytest.mark.parametrize(
    "data", [{"q": "\x00"}, {"q": "x" * 100_000}, {"gate": "x" * 41}, {"registration": "x"}, {"nonce": "x"}]
)
def test_odd_input_is_refused(page, data):
    response = page(language="en", **data)

    assert response.status_code == 422
    assert "Not readable" in response.text_shown


def test_hostile_names_are_shown_literally(page, edition):
    hostile = '<script>alert("1")</script>'
    came = register(edition, hostile, "{{ 7|add:7 }}", "javascript:alert(1) =1+1")
    escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; {{ 7|add:7 }}"

    for response in (page(q="script"), page(q=came.ticket_token), page(q=came.ticket_token)):
        assert escaped in response.content.decode()
        assert "<script" not in response.content.decode()
    assert "“&lt;img src=x&gt;”" in page(q="<img src=x>", language="en").content.decode()


@pytest.mark.parametrize(("language", "tag"), [("fr", '<html lang="fr"'), ("en", '<html lang="en"')])
def test_the_page_is_in_the_language_of_the_visitor(page, language, tag):
    assert tag in page(language=language).content.decode()


def test_csrf_is_asked_for(edition, helper):
    client = Client(enforce_csrf_checks=True)
    client.force_login(helper)

    assert client.post(f"/checkin/{edition.slug}/", {"q": "x"}).status_code == 403
