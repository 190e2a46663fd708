"""An assistant registers somebody else: both are written to, and only the person gets the link."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.core import mail

from registrations.models import Assistant, Registration
from registrations.services import privacy
from registrations.services.cancel import cancel
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, UserFactory, registered, registration_of
from tests.registrations.admin.conftest import logged_in

PROFESSOR = "professor@example.org"


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


def address(edition, language="en"):
    return f"/{language}/{edition.slug}/register/?for=other"


def form(**typed):
    return {
        "assistant_name": "Sam Secretary",
        "assistant_email": "Sam@example.org",
        "email": PROFESSOR,
        "given_name": "Ada",
        "family_name": "Professor",
        "profile": "researcher",
        "attendance_mode": "onsite",
        **typed,
    }


def send(client, edition, language="en", **typed):
    return client.post(address(edition, language), form(**typed))


def letters_to(*addresses):
    """Deliver everything; return the last letter to each address."""
    mail.outbox = []
    deliver_due(clock=lambda: NOW)
    by_address = {message.to[0]: message for message in mail.outbox}
    return [by_address.get(one) for one in addresses]


def shown(response):
    return response.content.decode()


def test_form_offers_it_without_a_script(client, edition):
    page = shown(client.get(f"/en/{edition.slug}/register/?code=x"))

    assert 'href="?code=x&amp;for=other"' in page
    assert "assistant_email" not in page
    other = shown(client.get(address(edition)))
    assert 'name="assistant_email"' in other
    assert "I register myself" in other


def test_both_are_written_to_and_the_person_alone_gets_the_link(client, edition):
    response = send(client, edition)

    registration = registration_of(edition, PROFESSOR)
    to_person, to_assistant = letters_to(PROFESSOR, "Sam@example.org")
    assert response.status_code == HTTPStatus.SEE_OTHER
    assert "Sam Secretary (Sam@example.org) did it for you." in to_person.body
    assert "have everything erased" in to_person.body
    assert registration.page_token in to_person.body
    assert PROFESSOR in to_assistant.body
    everything = to_assistant.message().as_string()
    assert registration.page_token not in everything
    assert registration.ticket_token not in everything
    assert registration.reference not in everything


def test_answer_speaks_of_both(client, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)

    first = client.get(send(client, edition)["Location"])
    second = client.get(send(client, edition, email="b@example.org")["Location"])
    edition.confirms_email = True
    edition.save()
    third = client.get(send(client, edition, email="c@example.org")["Location"])

    assert [response.context["answer"] for response in (first, second, third)] == ["confirmed", "waiting", "pending"]
    assert all("We have written to both of you" in shown(response) for response in (first, second, third))


@pytest.mark.parametrize("known", [False, True])
def test_assistant_reads_the_same_whether_the_person_was_registered(client, edition, known):
    if known:
        registered(edition, PROFESSOR.upper(), language="fr", given_name="Secret")
        letters_to()

    response = send(client, edition)

    [to_assistant] = letters_to("Sam@example.org")
    assert client.get(response["Location"]).context["answer"] == "confirmed"
    assert to_assistant.subject == "You have registered somebody else"
    assert f"gave for them: {PROFESSOR}." in to_assistant.body
    assert to_assistant.extra_headers["Content-Language"] == "en"
    assert registration_of(edition, PROFESSOR).attendee.given_name == ("Secret" if known else "Ada")


def test_somebody_who_had_cancelled_comes_back(client, edition):
    cancel(registration=registered(edition, PROFESSOR), at=NOW)
    letters_to()

    send(client, edition)

    [to_person] = letters_to(PROFESSOR)
    assert registration_of(edition, PROFESSOR).status == "confirmed"
    assert "Sam Secretary" in to_person.body


def test_person_reads_the_language_of_the_form(client, edition):
    send(client, edition, "fr")

    to_person, to_assistant = letters_to(PROFESSOR, "Sam@example.org")
    assert registration_of(edition, PROFESSOR).language == "fr"
    assert "pas fait cette inscription" in to_person.body
    assert to_assistant.subject == "Vous avez inscrit une autre personne"


def test_form_sent_again_gets_the_same_answer_and_no_second_mail(client, edition):
    nonce = client.get(address(edition)).context["form"].nonce_value

    answers = {send(client, edition, nonce=nonce)["Location"].split("?s=")[0] for _time in range(3)}

    assert len(answers) == 1
    assert [str(one) for one in Assistant.objects.all()] == [f"assistant of {registration_of(edition, PROFESSOR).pk}"]
    assert OutgoingMail.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"assistant_name": ""}, "assistant_name"),
        ({"assistant_name": "Sam\u202e"}, "assistant_name"),
        ({"assistant_email": "nobody"}, "assistant_email"),
        ({"assistant_email": "x" * 200 + "@example.org"}, "assistant_email"),
        ({"assistant_email": "sam@localhost"}, "assistant_email"),
        ({"assistant_email": PROFESSOR.upper()}, "email"),
        ({"assistant_email": "a\x00@example.org"}, "assistant_email"),
    ],
)
def test_bad_answer_is_a_form_error(client, edition, typed, field):
    response = send(client, edition, **typed)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(response.context["form"].errors) == [field]
    assert not Registration.objects.exists()


def test_nobody_consents_for_somebody_else(client, edition):
    edition.asks_needs = edition.asks_newsletter = True
    edition.save()

    page = shown(client.get(address(edition)))
    send(client, edition, diet="No nuts", needs_consent="on", consent_newsletter="on")

    registration = registration_of(edition, PROFESSOR)
    assert "needs_consent" not in page
    assert not registration.consents.exists()
    assert not hasattr(registration, "needs")


def test_eleventh_person_of_an_hour_is_one_too_many(client, edition, time_machine):
    edition.seat_pools.filter(mode="onsite").update(capacity=100)

    first = [send(client, edition, email=f"p{number}@example.org").status_code for number in range(10)]
    again = send(client, edition, email="p9@example.org").status_code
    more = [send(client, edition, email="p10@example.org").status_code for _time in range(2)]

    assert first == [303] * 10
    assert (again, more) == (303, [429, 429])
    assert send(client, edition, email="p10@example.org", assistant_email="other@example.org").status_code == 303


def test_form_knows_the_address_of_who_is_signed_in(client, edition):
    browser = logged_in(UserFactory(email="sam@example.org", is_staff=False))

    assert browser.get(address(edition)).context["form"].initial["assistant_email"] == "sam@example.org"
    assert "assistant_email" not in client.get(address(edition)).context["form"].initial


def test_assistant_is_handed_out_and_goes_with_the_person(client, edition):
    send(client, edition)
    registration = registration_of(edition, PROFESSOR)

    told = privacy.export_registration(registration)["registered_by"]
    [others] = privacy.export_person("sam@example.org")
    privacy.erase(registration=registration, at=NOW)

    assert told == [{"name": "Sam Secretary", "email": "Sam@example.org", "at": NOW.isoformat()}]
    assert others["registered_somebody_else"][0]["edition"] == edition.slug
    assert not Assistant.objects.exists()
    assert letters_to("Sam@example.org") == [None]


def test_assistant_can_be_forgotten_alone(client, edition):
    send(client, edition)

    privacy.erase_person(email="SAM@example.org", at=NOW)

    assert not Assistant.objects.exists()
    [to_person] = letters_to(PROFESSOR)
    assert "somebody else did it for you" in to_person.body


def test_assistant_goes_when_the_period_ends(client, edition):
    send(client, edition)

    privacy.purge(at=edition.ends_at + timedelta(days=400))

    assert not Assistant.objects.exists()


def test_organizers_see_who_it_was(client, edition):
    send(client, edition)
    organizer = logged_in(UserFactory(is_superuser=True))

    page = shown(organizer.get(f"/admin/registrations/registration/{registration_of(edition, PROFESSOR).pk}/change/"))

    assert "Sam Secretary, Sam@example.org" in page
