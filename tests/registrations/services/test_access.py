from datetime import timedelta
from functools import partial

import pytest

from programme.models import AccessCode
from registrations.models import Claim, Registration, Submission
from registrations.services import access
from registrations.services import cancel as own_cancel
from symposium.outbox.models import OutgoingMail
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered, send_form
from tests.races import at_once

LATER = NOW + timedelta(minutes=11)


@pytest.fixture
def asking(edition):
    edition.requires_code = True
    edition.save()
    AccessCode.objects.create(edition=edition, code="SPEAKERS-27", uses_allowed=2)
    return edition


def uses():
    return list(AccessCode.objects.order_by("pk").values_list("used", flat=True))


def written():
    return [model.objects.count() for model in (Registration, Claim, Submission, OutgoingMail)]


def test_right_code_registers_and_is_counted(asking):
    answer = send_form(asking, code="speakers 27")

    assert (answer, uses()) == ("confirmed", [1])
    assert broken_invariants() == []


@pytest.mark.parametrize("code", ["", "SPEAKERS-28", "SPEAKERS-2", "SPEAKERS-277", "é", "\x00"])
def test_wrong_code_leaves_everything_as_it_was(asking, code):
    with pytest.raises(access.WrongCode):
        send_form(asking, code=code)

    assert (written(), uses()) == ([0, 0, 0, 0], [0])
    assert [pool.taken for pool in asking.seat_pools.all()] == [0, 0]


def test_code_that_is_over_is_wrong(asking):
    AccessCode.objects.update(valid_until=NOW)

    with pytest.raises(access.WrongCode):
        send_form(asking, code="SPEAKERS-27")


def test_code_of_another_edition_is_wrong(asking):
    other = EditionFactory(requires_code=True)
    SeatPoolFactory(edition=other, mode="onsite")

    with pytest.raises(access.WrongCode):
        send_form(other, code="SPEAKERS-27")


def test_first_of_two_that_read_alike_is_used(asking):
    AccessCode.objects.create(edition=asking, code="Speakers27")

    send_form(asking, code="SPEAKERS27")

    assert uses() == [1, 0]


def test_code_is_used_as_often_as_it_may(asking):
    for name in "ab":
        send_form(asking, f"{name}@example.org", code="SPEAKERS-27")
    before = written()

    with pytest.raises(access.CodeUsedUp):
        send_form(asking, "c@example.org", code="SPEAKERS-27")

    assert (written(), uses()) == (before, [2])


def test_same_form_again_is_no_second_use(asking):
    AccessCode.objects.update(uses_allowed=1)

    answers = [send_form(asking, code="SPEAKERS-27", nonce="n") for _time in range(2)]

    assert (answers, uses()) == (["confirmed", "confirmed"], [1])


def test_known_address_uses_nothing_and_gets_its_link(asking):
    registration = registered(asking, code="SPEAKERS-27")

    answer = send_form(asking, code="SPEAKERS-27", at=LATER)

    assert (answer, uses(), letters_of(registration)) == ("confirmed", [1], ["confirmed", "link"])


def test_known_address_is_told_like_a_stranger_that_nothing_is_left(asking):
    AccessCode.objects.update(uses_allowed=1)
    registration = registered(asking, code="SPEAKERS-27")

    with pytest.raises(access.CodeUsedUp):
        send_form(asking, code="SPEAKERS-27", at=LATER)

    assert letters_of(registration) == ["confirmed"]


def test_who_comes_back_needs_a_code_and_uses_it(asking):
    registration = registered(asking, code="SPEAKERS-27")
    own_cancel.cancel(registration=registration, at=NOW)

    with pytest.raises(access.WrongCode):
        send_form(asking, code="", at=LATER)
    answer = send_form(asking, code="SPEAKERS-27", at=LATER)

    assert (answer, Registration.objects.get().status, uses()) == ("confirmed", "confirmed", [2])


def test_staff_and_the_door_are_not_asked(asking):
    assert (send_form(asking, code=None), uses()) == ("confirmed", [0])


def test_edition_that_asks_for_none_takes_any(asking):
    asking.requires_code = False
    asking.save()

    assert (send_form(asking, code="whatever"), uses()) == ("confirmed", [0])


@pytest.mark.django_db(transaction=True)
def test_last_use_is_taken_once(asking):
    AccessCode.objects.update(uses_allowed=3)
    forms = [partial(send_form, asking, f"p{number}@example.org", code="SPEAKERS-27") for number in range(12)]

    results = at_once(*forms)

    refused = [result for result in results if isinstance(result, access.CodeUsedUp)]
    assert (results.count("confirmed"), len(refused), uses()) == (3, 9, [3])
    assert Registration.objects.count() == 3
    assert broken_invariants() == []


def test_last_use_taken_between_the_two_looks_is_told(asking, monkeypatch):
    code = AccessCode.objects.get()
    AccessCode.objects.update(used=2)
    monkeypatch.setattr(access, "find", lambda **_asked: code)  # as it was a moment ago

    with pytest.raises(access.CodeUsedUp):
        access.use(edition=asking, code="SPEAKERS-27", at=NOW)

    assert uses() == [2]
