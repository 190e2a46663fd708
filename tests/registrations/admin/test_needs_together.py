"""A need that the person rewords, or a colleague sees to, while somebody has its page open."""

from datetime import timedelta

import pytest

from programme.services.terms import load_terms
from registrations.models import Arrangement, Registration
from registrations.services.answers import Answers, NeedsAnswer, change_needs
from symposium.trail.models import TrailEntry
from tests.factories import NOW, registered, somebodys_needs
from tests.races import sent_while
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import fields_of

LIST = "/admin/registrations/arrangement/"
FORM = "arrangement_form"


@pytest.fixture
def serving(edition):
    return staff(edition, "needs")


@pytest.fixture
def needs(edition):
    return somebodys_needs(registered(edition))


@pytest.fixture
def captions(needs):
    return needs.arrangements.get(need="captions")


def page_of(arrangement):
    return f"{LIST}{arrangement.pk}/change/"


def reword(needs, **words):
    """Have the person say anew what they need, once a colleague has the page open."""
    answer = NeedsAnswer(**{"diet": needs.diet, "access": tuple(needs.access), "note": needs.note, **words})
    terms = load_terms(needs.registration.edition)
    change_needs(needs.registration, Answers(terms, needs=answer), at=NOW + timedelta(minutes=1))


@pytest.mark.parametrize("before", [None, NOW])
def test_what_was_reworded_meanwhile_is_read_before_it_is_done(serving, needs, before):
    needs.arrangements.update(done_at=before)
    diet = needs.arrangements.get(need="diet")
    address = page_of(diet)
    typed = fields_of(serving.get(address), FORM) | {"staff_note": "Table 3", "is_done": "on"}
    reword(needs, diet="No fish")

    refused = serving.post(address, typed)

    diet.refresh_from_db()
    assert (diet.done_at, diet.staff_note) == (None, "")
    for words in ("since this page was opened", "No fish", 'value="Table 3"'):
        assert words in refused.content.decode()
    again = fields_of(refused, FORM)
    assert "is_done" not in again
    serving.post(address, again | {"is_done": "on"})
    diet.refresh_from_db()
    assert (diet.done_at, diet.staff_note) == (NOW, "Table 3")


@pytest.mark.parametrize("decided", [None, NOW - timedelta(days=1)])
def test_what_a_colleague_decided_meanwhile_stays(serving, captions, decided):
    Arrangement.objects.update(done_at=None if decided else NOW)
    address = page_of(captions)
    typed = fields_of(serving.get(address), FORM) | {"staff_note": "Left screen"}
    Arrangement.objects.update(done_at=decided)

    serving.post(address, typed)

    captions.refresh_from_db()
    assert (captions.done_at, captions.staff_note) == (decided, "Left screen")


@pytest.mark.django_db(transaction=True)
def test_need_that_is_reworded_at_the_same_moment_is_not_done(serving, needs):
    diet = needs.arrangements.get(need="diet")
    address = page_of(diet)
    typed = fields_of(serving.get(address), FORM) | {"is_done": "on"}

    def hold():
        Registration.objects.select_for_update().get(pk=needs.registration_id)
        return lambda: reword(needs, diet="No fish")

    sent_while(hold, address, typed, serving)

    diet.refresh_from_db()
    assert (diet.words, diet.done_at) == ("No fish", None)


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_mark_a_need_once(serving, captions):
    before = NOW - timedelta(minutes=1)

    def hold():
        Arrangement.objects.filter(pk=captions.pk).update(done_at=before)
        return lambda: None

    sent_while(hold, LIST, {"action": "mark_done", "_selected_action": [captions.pk]}, serving)

    captions.refresh_from_db()
    assert captions.done_at == before
    assert not TrailEntry.objects.filter(kind="changed").exists()
