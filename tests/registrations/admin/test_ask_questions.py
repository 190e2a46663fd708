"""The page that writes to confirmed people who have not answered."""

from tests.checks import letters_of
from tests.factories import EditionFactory, QuestionFactory, registered
from tests.registrations.admin.forms import change, shown, told


def ask_address(edition):
    return f"/admin/programme/edition/{edition.pk}/ask-questions/"


def test_ask_shows_how_many_and_writes_once(organizer, edition):
    QuestionFactory(edition=edition, stage="confirmed")
    registration = registered(edition)
    address = ask_address(edition)

    before = shown(organizer.get(address))
    assert letters_of(registration) == ["confirmed"]
    first, second = organizer.post(address), organizer.post(address)

    assert "1 person is written to." in before
    assert (first.status_code, first["Location"]) == (302, change(edition))
    assert [*told(first), *told(second)][0] == "A letter leaves to 1 person."
    assert told(second)[-1] == "Nobody is left to write to."
    assert letters_of(registration) == ["confirmed", "questions"]
    assert "Nobody is left to write to: " in shown(organizer.get(address))


def test_ask_is_not_for_an_edition_of_others(organizer, edition):
    assert organizer.post(ask_address(EditionFactory())).status_code == 404
