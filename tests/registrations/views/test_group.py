"""The form of a group, from the outside."""

import pytest
from django.core import mail

from programme.models import AccessCode, Edition
from registrations.models import Attendee, Group, Registration, Submission
from symposium.lib import limits
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, members_of, registered, registration_of
from tests.registrations.views.test_register import nonce_of

WHAT_ALL_SAY = {"attendance_mode": "onsite", "country": "FR"}


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def edition(edition):
    Edition.objects.filter(pk=edition.pk).update(largest_group=4)
    edition.refresh_from_db()
    return edition


def person(number, email=None, **changes):
    fields = {
        "given_name": "Camille",
        "family_name": f"Essai {number}",
        "email": email or f"group{number - 1}@example.org",
        "affiliation": "Université d'Exemple",
        "profile": "researcher",
    }
    return {f"person{number}-{name}": value for name, value in {**fields, **changes}.items()}


def url_of(edition, language="en"):
    return f"/{language}/{edition.slug}/register/group/"


def send(client, edition, people=3, language="en", **changes):
    url = url_of(edition, language)
    form = {**WHAT_ALL_SAY, "nonce": nonce_of(client.get(url))}
    for number in range(1, people + 1):
        form |= person(number)
    return client.post(url, {**form, **changes})


def texts(message):
    return message.body, message.alternatives[0].content


@pytest.mark.parametrize("language", ["fr", "en"])
def test_group_leads_to_a_page_that_says_confirmed(client, edition, language):
    response = send(client, edition, language=language)

    assert response.status_code == 303
    assert response["Location"].startswith(f"/{language}/{edition.slug}/registered/?s=")
    page = client.get(response["Location"]).content.decode()
    assert 'data-status="confirmed"' in page
    assert ("We have written to each of you" in page) == (language == "en")
    people = members_of(edition, 3)
    assert [(one.status, one.language, one.country, one.profile) for one in people] == [
        ("confirmed", language, "FR", "researcher")
    ] * 3
    assert [one.attendee.family_name for one in people] == ["Essai 1", "Essai 2", "Essai 3"]
    assert (Group.objects.get().size, Group.objects.get().contact_name) == (3, "Camille Essai 1")


def test_group_without_seats_for_all_leads_to_waiting(client, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=4, taken=2)

    page = client.get(send(client, edition)["Location"]).content.decode()

    assert 'data-status="waiting"' in page
    assert "you wait together and get your seats together" in page


def test_group_whose_addresses_are_confirmed_leads_to_pending(client, edition):
    Edition.objects.update(confirms_email=True)

    form = client.get(url_of(edition)).content.decode()
    page = client.get(send(client, edition)["Location"]).content.decode()

    assert "A mail asks each of you to confirm their address within the hour." in form
    assert 'data-status="pending"' in page
    assert "Each of you confirms their address within the hour" in page


def test_rows_left_empty_are_nobody(client, edition):
    response = send(
        client, edition, 1, **person(3), **{"person2-profile": "press", "person2-email_asked": "a@gmial.com"}
    )

    assert response.status_code == 303
    assert Registration.objects.count() == 2


def test_each_gets_a_letter_that_says_who_registered_them(client, edition, time_machine):
    edition.seat_pools.filter(mode="onsite").update(capacity=4, taken=2)
    send(client, edition)

    deliver_due(clock=lambda: NOW)

    people = members_of(edition, 3)
    theirs = {one.pk: [m for m in mail.outbox if m.to == [one.attendee.email]] for one in people}
    [summary, own] = sorted(theirs[people[0].pk], key=lambda message: "group" not in message.subject)
    assert "You have registered a group of 3 people, yourself included." in summary.body
    assert not any(one.page_token in text for one in people for text in texts(summary))
    assert "registered you" not in own.body
    for one in people[1:]:
        [letter] = theirs[one.pk]
        assert all("Camille Essai 1 registered you with a group." in text for text in texts(letter))
        assert all("You wait with your group" in text for text in texts(letter))
        assert all(one.page_token in text for text in texts(letter))
        assert all(f"/privacy/{one.notice_id}/" in text for text in texts(letter))


def test_letter_that_comes_late_does_not_name_who_registered_them(client, edition):
    send(client, edition, 2)
    Group.objects.update(contact_name="")

    deliver_due(clock=lambda: NOW)

    [letter] = [message for message in mail.outbox if message.to == ["group1@example.org"]]
    assert "somebody else registered you with a group." in letter.body


def test_summary_to_who_was_erased_is_dropped(client, edition):
    send(client, edition, 2)
    Attendee.objects.filter(email="group0@example.org").delete()

    deliver_due(clock=lambda: NOW)

    assert [message.to for message in mail.outbox] == [["group1@example.org"]]


def test_page_of_who_waits_in_a_group_says_so(client, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=4, taken=2)
    alone = registered(edition, "alone@example.org")
    edition.seat_pools.filter(mode="onsite").update(taken=4)
    send(client, edition)
    alone = registered(edition, "behind@example.org")

    def page_of(registration):
        return client.get(f"/en/registrations/{registration.page_token}/").content.decode()

    assert "You wait with your group" in page_of(members_of(edition, 3)[1])
    assert "You wait with your group" not in page_of(alone)


def test_known_address_changes_nothing_of_what_is_seen(client, edition):
    first = client.get(send(client, edition, 3)["Location"]).content
    registered(edition, "other1@example.org")
    changes = {f"person{number}-email": f"other{number}@example.org" for number in range(1, 4)}

    second = client.get(send(client, edition, 3, **changes)["Location"]).content

    assert first == second
    assert Group.objects.order_by("-pk")[0].size == 2


def test_same_form_sent_again_changes_nothing(client, edition):
    url = url_of(edition)
    form = {**WHAT_ALL_SAY, **person(1), **person(2), "nonce": nonce_of(client.get(url))}

    answers = [client.post(url, form) for _time in range(3)]

    assert {answer.status_code for answer in answers} == {303}
    assert (Registration.objects.count(), OutgoingMail.objects.count(), Submission.objects.count()) == (2, 3, 1)


@pytest.mark.parametrize(
    ("changes", "target", "words"),
    [
        ({"person1-family_name": ""}, "person1-family_name", "You, Family name: Write your family name."),
        ({"person3-family_name": ""}, "person3-family_name", "Write the family name of this person."),
        ({"person2-email": ""}, "person2-email", "Write the e-mail address of this person."),
        ({"person2-email": "nobody"}, "person2-email", "Person 2, E-mail address: Write the whole address"),
        ({"person2-email": "GROUP0@example.org"}, "person2-email", "This address is there twice"),
        ({"person3-profile": ""}, "person3-profile", "Choose what describes this person best."),
        ({"person3-profile": "boss"}, "person3-profile", "Choose a profile of the list."),
        ({"person3-given_name": "a\x00b"}, "person3-given_name", "Null characters are not allowed"),
        ({"person3-affiliation": "x" * 100_000}, "person3-affiliation", "200 characters at most"),
        ({"attendance_mode": ""}, "mode-onsite", "Choose one of the answers."),
        ({"attendance_mode": "moon"}, "mode-onsite", "Choose one of the answers."),
        ({"country": "XX"}, "country", "Choose a country of the list."),
    ],
)
def test_bad_answer_is_refused_beside_its_field(client, edition, changes, target, words):
    response = send(client, edition, **changes)

    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: " in page
    assert f'href="#{target}"' in page
    assert f'id="{target}"' in page
    assert words in page
    assert "Essai 2" in page
    assert (Registration.objects.count(), OutgoingMail.objects.count(), Submission.objects.count()) == (0, 0, 0)


def test_one_person_is_no_group(client, edition):
    page = send(client, edition, 1).content.decode()

    assert "A group has two people at least: write who comes with you." in page
    assert 'aria-describedby="e-person2-family_name"' in page


def test_nobody_at_all_is_refused(client, edition):
    assert client.post(url_of(edition), {}).status_code == 422


def test_third_person_is_folded_away_until_it_is_filled_in(client, edition):
    folded = client.get(url_of(edition)).content.decode()
    filled_in = send(client, edition, country="XX").content.decode()

    assert folded.count('<details class="more">\n') == folded.count('<details class="more" open>') + 3
    assert filled_in.count('<details class="more" open>') == 1
    assert 'id="person4-email"' in filled_in
    assert 'id="person5-email"' not in filled_in


def test_mistyped_address_is_asked_about_once(client, edition):
    asked = send(client, edition, **{"person2-email": "camille@gmial.com"})
    assert asked.status_code == 422
    assert 'name="person2-email_asked" value="camille@gmial.com"' in asked.content.decode()

    sent_again = send(client, edition, **dict.fromkeys(["person2-email", "person2-email_asked"], "camille@gmial.com"))

    assert sent_again.status_code == 303


def test_hostile_answers_are_shown_literally(client, edition):
    page = send(client, edition, country="XX", **{"person3-family_name": '<script>alert(1)</script>"'}).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;" in page


def test_group_larger_than_the_seats_is_refused(client, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=2)

    response = send(client, edition)

    assert response.status_code == 422
    assert "There are 2 seats in all: a group cannot be larger." in response.content.decode()


def test_code_is_asked_once_for_all(client, edition):
    Edition.objects.update(requires_code=True)
    code = AccessCode.objects.create(edition=edition, code="SPEAKERS-27", uses_allowed=4)
    assert 'value="SPEAKERS-27"' in client.get(f"{url_of(edition)}?code=SPEAKERS-27").content.decode()

    wrong = send(client, edition, code="nothing")
    right = send(client, edition, code="speakers-27")
    too_many = send(client, edition, 2, code="speakers-27", **person(1, "a@example.org"), **person(2, "b@example.org"))

    code.refresh_from_db()
    assert "This code is not one of this edition" in wrong.content.decode()
    assert (right.status_code, code.used) == (303, 3)
    assert "This code does not allow so many registrations any more." in too_many.content.decode()


def test_trap_and_haste_are_asked_to_send_again(client, edition):
    trapped = send(client, edition, website="x")
    hurried = client.post(url_of(edition), {**WHAT_ALL_SAY, **person(1), **person(2)}, REMOTE_ADDR="8.8.8.8")

    for response in (trapped, hurried):
        assert response.status_code == 422
        assert "send the form again" in response.content.decode()


def test_each_person_counts_as_a_form(client, edition, monkeypatch):
    monkeypatch.setattr(limits, "PER_ADDRESS", limits.Budget("address", most=1, seconds=600))
    assert send(client, edition).status_code == 303

    again = send(client, edition, **person(1, "new@example.org"), **person(3, "newer@example.org"))

    assert again.status_code == 429


def test_edition_that_takes_no_groups_has_no_such_form(client, edition):
    assert url_of(edition) in client.get(f"/en/{edition.slug}/register/").content.decode()

    for changes in ({"largest_group": None}, {"largest_group": 4, "requires_approval": True}, {"status": "draft"}):
        Edition.objects.update(**changes)
        assert client.get(url_of(edition)).status_code == 404
        assert client.post(url_of(edition)).status_code == 404
        if "status" not in changes:
            assert "register/group/" not in client.get(f"/en/{edition.slug}/register/").content.decode()


def test_edition_that_is_not_open_says_so(client, edition):
    nonce = nonce_of(client.get(url_of(edition)))
    Edition.objects.update(registration_closes_at=NOW)

    page = client.get(url_of(edition)).content.decode()
    posted = client.post(url_of(edition), {**WHAT_ALL_SAY, **person(1), **person(2), "nonce": nonce})

    assert "Registration is closed" in page
    assert "person1-email" not in page
    assert (posted.status_code, Registration.objects.count()) == (422, 0)


def test_other_methods_are_refused(client, edition):
    assert client.put(url_of(edition)).status_code == 405


def test_language_is_changed_with_what_is_typed(client, edition):
    typed = {**WHAT_ALL_SAY, **person(1), **person(4), "other-language": ""}

    page = client.post(url_of(edition, "fr"), typed).content.decode()

    assert '<html lang="fr"' in page
    assert all(f'value="Essai {number}"' in page for number in (1, 4))
    assert page.count('<details class="more" open>') == 1
    assert Registration.objects.count() == 0


def test_reading_the_form_costs_two_queries(client, edition, django_assert_max_num_queries):
    client.get(url_of(edition))

    with django_assert_max_num_queries(2):
        client.get(url_of(edition))


def test_known_people_ask_nearly_as_much_of_the_database(client, edition, django_assert_max_num_queries):
    send(client, edition, 3)
    known = registration_of(edition, "group0@example.org")

    with django_assert_max_num_queries(22):
        assert send(client, edition, 3, **person(1)).status_code == 303

    assert known.claims.count() == 1
