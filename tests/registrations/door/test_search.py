"""The door: somebody without a ticket is looked for."""

import re

import pytest

from programme.models import SeatPool
from registrations.models import CheckIn
from registrations.services import admission, door
from registrations.views import door as views
from symposium.lib.limits import Budget
from tests.factories import EditionFactory, SeatPoolFactory
from tests.registrations.door.entrance import DAY, EARLIER, register, state_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["elodie", "ÉLODIE", "oeuvray élo", "Œuvray", "hopital"])
def test_a_name_is_found_without_accents(page, edition, typed):
    register(edition, "Élodie", "Œuvray", "Hôpital d'essai")
    register(edition, "Noé", "Autre")

    response = page(q=typed, language="en")

    assert "Élodie Œuvray" in response.text_shown
    assert "Noé Autre" not in response.text_shown
    assert "1 person found" in response.text_shown
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(("language", "words"), [("en", "Too many attempts"), ("fr", "Trop de tentatives")])
def test_a_helper_searches_so_often_and_tickets_go_on(page, edition, monkeypatch, language, words):
    monkeypatch.setattr(views, "SEARCHES", Budget("door-searches", most=1, seconds=600))
    came, other = register(edition), register(edition)

    first, second = (page(q="essai", language=language) for _search in range(2))

    assert (first.status_code, second.status_code) == (200, 429)
    assert words in second.text_shown
    assert state_of(page(q=came.ticket_token)) == "ok"
    assert state_of(page(registration=other.pk, q="essai")) == "ok"


def test_the_button_beside_a_name_lets_in(page, edition, helper):
    came = register(edition)
    content = page(q="essai", gate="B").content.decode()
    form = content[content.index('<ul class="hits">') :]
    sent = dict(re.findall(r'name="(nonce|gate|registration)" value="([^"]*)"', form))

    response = page(**sent)

    assert state_of(response) == "ok"
    entry = CheckIn.objects.get()
    assert (entry.registration, entry.source, entry.gate, entry.scanned_by) == (came, "search", "B", helper)


def test_the_button_is_there_for_those_alone_who_may_enter(page, edition):
    SeatPool.objects.filter(edition=edition, mode="onsite").update(capacity=2)
    inside, outside, waiting = (register(edition, family=f"Essai {word}") for word in ("in", "out", "wait"))
    door.check_in(registration=inside, by=None, source="qr", gate="", at=DAY)

    response = page(q="essai", language="en")

    content = response.content.decode()
    assert f'value="{outside.pk}"' in content
    assert f'value="{inside.pk}"' not in content
    assert f'value="{waiting.pk}"' not in content
    assert "In since 1:52 pm" in response.text_shown
    assert "On the waiting list" in response.text_shown


def test_whoever_left_may_enter_again(edition):
    came = register(edition)
    door.check_in(registration=came, by=None, source="qr", gate="", at=EARLIER)
    CheckIn.objects.create(registration=came, direction="exit", scanned_at=DAY, received_at=DAY, source="qr")

    (hit,) = admission.search(edition, "essai")

    assert (hit.entered_at, hit.may_enter) == (None, True)


def test_somebody_of_another_edition_is_neither_found_nor_let_in(page, edition):
    other = EditionFactory()
    SeatPoolFactory(edition=other)
    foreign = register(other)

    assert "Nobody is found by “essai”" in page(q="essai", language="en").text_shown
    assert state_of(page(registration=foreign.pk)) == "unknown"
    assert not CheckIn.objects.exists()


def test_signs_of_a_pattern_mean_themselves(page, edition):
    register(edition)

    for typed in ("%", "_", "\\"):
        assert "Camille" not in page(q=typed).text_shown


def test_a_long_list_is_cut_and_says_so(page, edition):
    SeatPool.objects.filter(edition=edition, mode="onsite").update(capacity=None)
    for number in range(admission.HITS_AT_MOST + 1):
        register(edition, family=f"Essai {number}")

    response = page(q="essai", language="en")

    assert response.text_shown.count("Not in yet") == admission.HITS_AT_MOST
    assert "type more of the name" in response.text_shown


@pytest.mark.parametrize("people", [1, 3])
def test_a_search_costs_the_same_for_one_and_for_many(edition, people, django_assert_num_queries):
    for _person in range(people):
        register(edition)

    with django_assert_num_queries(2):
        assert len(admission.search(edition, "essai")) == people
