"""The page that writes to people who have not answered, and where their number stands."""

from programme.models import Edition
from tests.checks import letters_of
from tests.factories import EditionFactory, QuestionFactory, members_of, registered, send_group
from tests.registrations.admin.forms import change, shown, told
from tests.registrations.admin.test_actions import LIST
from tests.registrations.admin.test_groups import listed


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


def test_page_is_reached_where_groups_are_taken_no_more_but_answers_are_awaited(organizer, edition):
    QuestionFactory(edition=edition)
    send_group(edition, 2)

    assert edition.largest_group is None
    assert ask_address(edition) in shown(organizer.get(change(edition)))
    assert "2 people are written to." in shown(organizer.get(ask_address(edition)))


def test_ask_is_not_for_an_edition_of_others(organizer, edition):
    assert organizer.post(ask_address(EditionFactory())).status_code == 404


def test_page_counts_those_of_a_group_and_leads_to_them(organizer, edition):
    Edition.objects.update(largest_group=2)
    QuestionFactory(edition=edition)
    send_group(edition, 2)
    organizer.post(ask_address(edition))

    page = shown(organizer.get(ask_address(edition)))

    assert f'<a href="{LIST}?edition={edition.slug}&amp;answers=awaited">2 people have not answered yet</a>' in page
    assert "Nobody is left to write to: " in page
    assert ask_address(edition) in shown(organizer.get(change(edition)))


def test_list_is_narrowed_to_those_whose_answers_are_awaited(organizer, edition):
    registered(edition)
    send_group(edition, 2)
    members = [f"group{number}@example.org" for number in range(2)]
    address = {"edition": edition.slug, "answers": "awaited"}
    assert "answers=awaited" not in shown(organizer.get(LIST, {"edition": edition.slug}))

    QuestionFactory(edition=edition)

    assert "answers=awaited" in shown(organizer.get(LIST, {"edition": edition.slug}))
    assert listed(organizer, **address) == members
    assert listed(organizer, answers="awaited") == ["ada@example.org", *members]
    assert listed(organizer, edition=edition.slug, answers="odd") == ["ada@example.org", *members]


def test_page_of_a_registration_says_that_answers_are_awaited(organizer, edition):
    QuestionFactory(edition=edition)
    alone = registered(edition)
    send_group(edition, 2)

    pages = [shown(organizer.get(f"{LIST}{one.pk}/change/")) for one in (alone, members_of(edition, 2)[0])]

    assert ["<dt>Answers</dt><dd>awaited</dd>" in page for page in pages] == [False, True]
