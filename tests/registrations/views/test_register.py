"""The form, from the outside."""

import re

import pytest
from django.core import mail
from django.utils import timezone

from programme.models import Edition
from registrations.models import Attendee, Registration, Submission
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, SeatPoolFactory, SessionFactory

ANSWERS = {
    "email": "camille.essai@example.org",
    "given_name": "Camille",
    "family_name": "Essai",
    "affiliation": "Université d'Exemple",
    "country": "FR",
    "profile": "researcher",
    "attendance_mode": "onsite",
}


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


def nonce_of(response):
    return re.search(r'name="nonce" value="([^"]+)"', response.content.decode())[1]


def send(client, edition, language="fr", **changes):
    url = f"/{language}/{edition.slug}/register/"
    return client.post(url, {**ANSWERS, "nonce": nonce_of(client.get(url)), **changes})


@pytest.mark.parametrize("language", ["fr", "en"])
def test_register_leads_to_a_page_that_says_confirmed(client, edition, language):
    response = send(client, edition, language)

    assert response.status_code == 303
    assert response["Location"].startswith(f"/{language}/{edition.slug}/registered/")
    assert b'data-status="confirmed"' in client.get(response["Location"]).content
    registration = Registration.objects.get()
    assert (registration.status, registration.language) == ("confirmed", language)


def test_register_full_edition_leads_to_waiting(client, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=0)

    response = send(client, edition)

    assert b'data-status="waiting"' in client.get(response["Location"]).content


def test_register_with_confirmation_leads_to_pending(client, edition):
    Edition.objects.filter(pk=edition.pk).update(confirms_email=True)

    response = send(client, edition)

    assert b'data-status="pending"' in client.get(response["Location"]).content


def test_register_with_approval_says_that_somebody_reads_it(client, edition):
    Edition.objects.filter(pk=edition.pk).update(requires_approval=True)

    page = client.get(send(client, edition, "en")["Location"])

    assert b"The organizers will read your request" in page.content
    assert Registration.objects.get().status == "requested"


def test_same_form_sent_again_changes_nothing(client, edition):
    url = f"/fr/{edition.slug}/register/"
    form = {**ANSWERS, "nonce": nonce_of(client.get(url))}

    answers = [client.post(url, form) for _time in range(3)]

    assert {answer.status_code for answer in answers} == {303}
    assert (Registration.objects.count(), OutgoingMail.objects.count(), Submission.objects.count()) == (1, 1, 1)


def test_known_address_gets_the_same_page_and_its_owner_the_link(client, edition):
    first = send(client, edition)

    again = send(client, edition, email="  CAMILLE.Essai@Example.org ", family_name="Autre")

    assert client.get(again["Location"]).content == client.get(first["Location"]).content
    assert Attendee.objects.get().family_name == "Essai"
    kinds = OutgoingMail.objects.order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["registration.confirmed", "registration.link"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "", "Write your e-mail address."),
        ("email", "camille.essai@example", "Write the whole address"),
        ("email", "a@localhost", "Write the whole address, for example name@example.org."),
        ("email", "a@[127.0.0.1]", "Write the whole address"),
        ("email", "a@" + "x" * 300 + ".org", "This address is too long"),
        ("email", "a@" + "\u00e9" * 60 + ".example", "Write the whole address"),
        ("email", "\u0130" * 30 + "@x.example", "Write the whole address"),
        ("family_name", "\u200b", "characters that cannot be read"),
        ("family_name", "\u202eissE", "characters that cannot be read"),
        ("family_name", "", "Write your family name."),
        ("family_name", "x" * 100_000, "100 characters at most"),
        ("family_name", "a\x00b", "Null characters are not allowed"),
        ("given_name", "a\x07b", "characters that cannot be read"),
        ("affiliation", "x" * 201, "200 characters at most"),
        ("country", "XX", "Choose a country of the list."),
        ("profile", "", "Choose what describes you best."),
        ("profile", "boss", "Choose a profile of the list."),
        ("attendance_mode", "", "Choose one of the answers."),
        ("attendance_mode", "moon", "Choose one of the answers."),
        ("sessions", "nowhere", "Choose sessions of the list."),
    ],
)
def test_bad_answer_is_refused_beside_its_field(client, edition, field, value, words):
    response = send(client, edition, "en", **{field: value})

    assert response.status_code == 422
    assert words in response.content.decode()
    assert f'aria-describedby="e-{field}"' in response.content.decode() or field == "sessions"
    assert "camille.essai@example.org" in response.content.decode() or field == "email"
    assert (Registration.objects.count(), OutgoingMail.objects.count(), Submission.objects.count()) == (0, 0, 0)


def test_french_errors_are_in_french(client, edition):
    page = send(client, edition, "fr", family_name="").content.decode()

    assert '<html lang="fr"' in page
    assert "Write your family name." not in page


def test_mistyped_address_is_asked_about_once(client, edition):
    asked = send(client, edition, "en", email="camille@gmial.com")
    assert asked.status_code == 422
    assert "camille@gmail.com" in asked.content.decode()
    assert 'name="email_asked" value="camille@gmial.com"' in asked.content.decode()

    sent_again = send(client, edition, "en", email="camille@gmial.com", email_asked="camille@gmial.com")

    assert sent_again.status_code == 303
    assert Attendee.objects.get().email == "camille@gmial.com"


def test_hostile_answers_are_shown_literally(client, edition):
    page = send(client, edition, family_name='<script>alert(1)</script>"', profile="").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;" in page


def test_sessions_are_chosen_and_clashes_told(client, edition):
    hour = timezone.timedelta(hours=1)
    one = SessionFactory(edition=edition, slug="one", title_en="First", starts_at=NOW, ends_at=NOW + hour)
    two = SessionFactory(edition=edition, slug="two", title_en="Second", starts_at=NOW, ends_at=NOW + hour)
    SeatPoolFactory(edition=edition, session=one, mode="", capacity=None)
    SeatPoolFactory(edition=edition, session=two, mode="", capacity=0)

    page = client.get(f"/en/{edition.slug}/register/").content.decode()
    response = send(client, edition, "en", sessions=["one", "two"])

    assert "“First” and “Second” take place at the same time." in page
    assert response.status_code == 303
    claims = Registration.objects.get().claims.order_by("pool__session__slug").exclude(pool__session=None)
    assert [(claim.pool.session.slug, claim.is_held) for claim in claims] == [("one", True), ("two", False)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"registration_opens_at": NOW + timezone.timedelta(days=1)}, "Registration is not open yet"),
        ({"registration_closes_at": NOW}, "Registration is closed"),
        ({"status": "cancelled"}, "Edition cancelled"),
        ({"status": "postponed"}, "Edition postponed"),
    ],
)
def test_edition_not_open_says_so_and_takes_nobody(client, edition, changes, words):
    nonce = nonce_of(client.get(f"/en/{edition.slug}/register/"))
    Edition.objects.filter(pk=edition.pk).update(**changes)

    page = client.get(f"/en/{edition.slug}/register/")
    posted = client.post(f"/en/{edition.slug}/register/", {**ANSWERS, "nonce": nonce})

    assert words in page.content.decode()
    assert 'name="email"' not in page.content.decode()
    assert (posted.status_code, Registration.objects.count()) == (422, 0)


def test_draft_and_unknown_editions_are_not_found(client, edition):
    Edition.objects.filter(pk=edition.pk).update(status="draft")

    assert client.get(f"/fr/{edition.slug}/register/").status_code == 404
    assert client.post(f"/fr/{edition.slug}/register/", ANSWERS).status_code == 404
    assert client.get("/fr/nowhere/registered/").status_code == 404


def test_other_methods_are_refused(client, edition):
    assert client.put(f"/fr/{edition.slug}/register/").status_code == 405
    assert client.post(f"/fr/{edition.slug}/registered/").status_code == 405


def test_answer_page_needs_our_signature(client, edition):
    assert client.get(f"/fr/{edition.slug}/registered/?s=confirmed").status_code == 404
    assert client.get(f"/fr/{edition.slug}/registered/").status_code == 404


def test_reading_the_form_changes_nothing_and_costs_two_queries(client, edition, django_assert_max_num_queries):
    for _session in range(3):
        SeatPoolFactory(edition=edition, session=SessionFactory(edition=edition), mode="", capacity=5)
    client.get(f"/fr/{edition.slug}/register/")

    with django_assert_max_num_queries(2):
        client.get(f"/fr/{edition.slug}/register/")

    assert Submission.objects.count() == 0


def test_registering_costs_at_most_ten_statements(client, edition, django_assert_max_num_queries):
    send(client, edition, email="first@example.org")  # the text of the notice is kept once
    url = f"/fr/{edition.slug}/register/"
    form = {**ANSWERS, "nonce": nonce_of(client.get(url))}

    # Ten of our own; the two others are the savepoint that a test has instead of a transaction.
    with django_assert_max_num_queries(12):
        assert client.post(url, form).status_code == 303


def test_known_and_unknown_address_cost_alike(client, edition, django_assert_max_num_queries):
    send(client, edition)
    url = f"/fr/{edition.slug}/register/"
    form = {**ANSWERS, "nonce": nonce_of(client.get(url))}

    # As above, and the savepoint in which it does a newcomer's work, its end, and the letter's pause.
    with django_assert_max_num_queries(15):
        assert client.post(url, form).status_code == 303


def test_lost_mail_says_the_same_to_everybody(client, edition):
    send(client, edition)
    OutgoingMail.objects.all().delete()

    known = client.post("/en/ticket/", {"email": "Camille.Essai@example.org"})
    unknown = client.post("/en/ticket/", {"email": "nobody@example.org"})

    assert (
        (known.status_code, known["Location"])
        == (unknown.status_code, unknown["Location"])
        == (303, "/en/ticket/sent/")
    )
    assert b"We have written to you" in client.get("/en/ticket/sent/").content
    deliver_due(clock=lambda: NOW)
    assert [m.kind for m in OutgoingMail.objects.all()] == ["registration.link"]
    assert [letter.to for letter in mail.outbox] == [["camille.essai@example.org"]]
    assert client.get("/en/ticket/").status_code == 200
    assert client.post("/en/ticket/", {"email": "nobody"}).status_code == 422


def test_mail_leaves_in_the_language_of_the_person(client, edition, django_capture_on_commit_callbacks):
    send(client, edition, "en")

    deliver_due(clock=lambda: NOW)

    [message] = mail.outbox
    assert message.subject == "Your place is confirmed: AI and medicine"
    assert message.extra_headers["Content-Language"] == "en"


def test_owner_who_is_logged_in_goes_straight_to_their_page(client, edition, django_user_model):
    user = django_user_model.objects.create_user("camille.essai@example.org", "x")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    client.force_login(user)

    response = send(client, edition)

    registration = Registration.objects.get()
    assert response["Location"] == f"/fr/registrations/{registration.page_token}/"
    assert 'value="camille.essai@example.org"' in client.get(f"/fr/{edition.slug}/register/").content.decode()


def test_stranger_who_is_logged_in_learns_nothing(client, edition, django_user_model):
    send(client, edition)
    client.force_login(django_user_model.objects.create_user("other@example.org", "x"))

    response = send(client, edition)

    assert response["Location"].startswith(f"/fr/{edition.slug}/registered/")


def test_error_summary_leads_to_the_first_choice_there_is(client, edition):
    edition.seat_pools.filter(mode="onsite").delete()

    page = send(client, edition, "en", attendance_mode="").content.decode()

    assert 'href="#mode-online"' in page
    assert 'id="mode-online"' in page
