"""The person's page and what can be done there."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from programme.models import Edition
from registrations.models import Registration
from registrations.services.attendees import Identity
from registrations.services.merge import merge
from registrations.services.register import Application, register
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, SeatPoolFactory, SessionFactory, UserFactory


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


def registered(edition, name="essai", mode="onsite", **more):
    application = Application(
        Identity(f"{name}@example.org", "Camille", name.title(), "Université d'Exemple"),
        mode=mode,
        profile="researcher",
        country="FR",
        language="fr",
        **more,
    )
    register(edition=edition, application=application, nonce=uuid.uuid4().hex, at=NOW)
    return Registration.objects.get(attendee__email=f"{name}@example.org")


def url(registration, below="", language="en"):
    return f"/{language}/registrations/{registration.page_token}/{below}"


def form_of(registration, **changes):
    return {
        "given_name": "Camille",
        "family_name": "Essai",
        "affiliation": "",
        "country": "",
        "profile": "researcher",
        "attendance_mode": registration.mode,
        **changes,
    }


def test_page_of_a_confirmed_registration_is_the_ticket(client, edition):
    registration = registered(edition)

    response = client.get(url(registration))

    page = response.content.decode()
    assert f'data-status="confirmed" data-reference="{registration.reference}"' in page
    assert "data-position" not in page
    assert "<svg" in page
    assert 'aria-label="QR code of your ticket"' in page
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


def test_page_of_who_waits_says_the_rank(client, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    registered(edition, "first")
    registered(edition, "second")
    third = registered(edition, "third")

    page = client.get(url(third)).content.decode()

    assert 'data-status="waiting"' in page
    assert 'data-position="2"' in page
    assert "One person is before you." in page
    assert "leave the list: those behind you move up" in page
    assert "your seat goes" not in page
    assert "QR code" not in page


def test_page_needs_the_page_token(client, edition):
    registration = registered(edition)

    assert client.get(f"/en/registrations/{registration.ticket_token}/").status_code == 404
    assert client.get("/en/registrations/nothing/").status_code == 404
    assert client.get(f"/en/registrations/{registration.page_token.lower()}/").status_code == 200


def test_page_of_an_erased_person_is_not_found(client, edition):
    registration = registered(edition)
    registration.attendee.delete()

    assert client.get(url(registration)).status_code == 404


def test_page_of_a_merged_registration_promises_no_letter(client, edition):
    one, other = registered(edition), registered(edition, "again")
    kept = merge(one=one, other=other, address_of=one, notify=False, reason="twice", by=UserFactory(), at=NOW)

    page = client.get(url(kept.merged.get())).content.decode()

    assert f"made one registration of the two: {kept.reference}." in page
    assert "we have written" not in page
    assert "/en/ticket/" in page


@pytest.mark.parametrize("below", ["", "cancel/", "edit/", "ticket.ics"])
def test_reading_changes_nothing(client, edition, below):
    registration = registered(edition)
    mails = OutgoingMail.objects.count()

    assert client.get(url(registration, below)).status_code == 200

    registration.refresh_from_db()
    assert (registration.status, OutgoingMail.objects.count()) == ("confirmed", mails)


def test_cancel_gives_the_seat_on_and_repeats_harmlessly(client, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    first, second = registered(edition, "first"), registered(edition, "second")

    answers = [client.post(url(first, "cancel/")) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    statuses = dict(Registration.objects.values_list("attendee__email", "status"))
    assert statuses == {"first@example.org": "cancelled", "second@example.org": "confirmed"}
    assert OutgoingMail.objects.filter(about=first.mail_about, kind="registration.cancelled").count() == 1
    assert OutgoingMail.objects.filter(about=second.mail_about, kind="registration.promoted").count() == 1
    assert 'data-status="cancelled"' in client.get(url(first)).content.decode()
    assert "nothing to cancel" in client.get(url(first, "cancel/")).content.decode()


def test_change_mode(client, edition):
    registration = registered(edition)

    response = client.post(url(registration, "edit/"), form_of(registration, attendance_mode="online"))

    assert (response.status_code, response["Location"]) == (303, url(registration))
    registration.refresh_from_db()
    assert (registration.mode, registration.status) == ("online", "confirmed")


def test_change_to_a_full_mode_keeps_the_seat_and_the_values(client, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=0)
    registration = registered(edition, mode="online")

    response = client.post(
        url(registration, "edit/"), form_of(registration, attendance_mode="onsite", affiliation="Ailleurs")
    )

    assert response.status_code == 422
    assert "No seat is left there." in response.content.decode()
    assert 'value="Ailleurs"' in response.content.decode()
    registration.refresh_from_db()
    assert (registration.mode, registration.status, registration.attendee.affiliation) == (
        "online",
        "confirmed",
        "Université d'Exemple",
    )


def test_change_to_a_full_session_is_refused_beside_the_sessions(client, edition):
    session = SessionFactory(edition=edition, slug="small")
    SeatPoolFactory(edition=edition, session=session, mode="", capacity=0)
    registration = registered(edition)

    response = client.post(url(registration, "edit/"), form_of(registration, sessions=["small"]))

    assert response.status_code == 422
    assert 'id="e-sessions"' in response.content.decode()


def test_change_shows_what_is_and_refuses_bad_answers(client, edition):
    registration = registered(edition)

    page = client.get(url(registration, "edit/")).content.decode()
    refused = client.post(url(registration, "edit/"), form_of(registration, family_name=""))

    assert 'value="Camille"' in page
    assert '<option value="FR" selected>' in page
    assert refused.status_code == 422


def test_change_of_what_is_over_leads_back(client, edition):
    registration = registered(edition)
    client.post(url(registration, "cancel/"))

    assert client.get(url(registration, "edit/"))["Location"] == url(registration)
    answer = client.post(url(registration, "edit/"), form_of(registration, attendance_mode="online"))
    assert (answer.status_code, answer["Location"]) == (303, url(registration))
    assert Registration.objects.get().mode == "onsite"


def test_change_stops_when_the_edition_begins(client, edition, time_machine):
    registration = registered(edition)
    time_machine.move_to(edition.starts_at)

    assert client.post(url(registration, "edit/"), form_of(registration))["Location"] == url(registration)
    assert "Changed your mind?" not in client.get(url(registration)).content.decode()


def test_confirming_the_address_needs_a_button(client, edition):
    Edition.objects.filter(pk=edition.pk).update(confirms_email=True)
    edition.refresh_from_db()
    registration = registered(edition)
    assert 'data-status="pending"' in client.get(url(registration)).content.decode()
    assert client.get(url(registration, "confirm/")).status_code == 405

    client.post(url(registration, "confirm/"))

    assert 'data-status="confirmed"' in client.get(url(registration)).content.decode()


def test_late_confirmation_is_told(client, edition, time_machine):
    Edition.objects.filter(pk=edition.pk).update(confirms_email=True)
    edition.refresh_from_db()
    registration = registered(edition)
    time_machine.move_to(NOW + timedelta(hours=25))

    assert "The hour has passed" in client.get(url(registration)).content.decode()


def test_online_page_carries_the_joining_link(client, edition):
    Edition.objects.filter(pk=edition.pk).update(
        joining_url="https://example.org/live", joining_instructions_en="Come early."
    )
    registration = registered(edition, mode="online")

    page = client.get(url(registration)).content.decode()

    assert "https://example.org/live" in page
    assert "Come early." in page


def test_sessions_show_held_and_waiting(client, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    open_one = SessionFactory(edition=edition, slug="open", title_en="Open one")
    full_one = SessionFactory(edition=edition, slug="full", title_en="Full one")
    SeatPoolFactory(edition=edition, session=open_one, mode="", capacity=None)
    SeatPoolFactory(edition=edition, session=full_one, mode="", capacity=0)
    confirmed = registered(edition, "first", sessions=(open_one, full_one))
    waiting = registered(edition, "second", sessions=(open_one,))

    page = client.get(url(confirmed)).content.decode()

    assert "waiting list, rank 1" in page
    assert page.index("Open one") < page.index("Full one")
    assert "asked for, once you have your place" in client.get(url(waiting)).content.decode()


def test_calendar_file_has_zone_and_place(client, edition):
    registration = registered(edition)

    response = client.get(url(registration, "ticket.ics"))

    text = response.content.decode().replace("\r\n ", "")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "BEGIN:VTIMEZONE" in text
    assert "DTSTART;TZID=Europe/Paris:20270520T140000" in text
    assert "METHOD:PUBLISH" in text
    assert "STATUS:CONFIRMED" in text
    assert f"UID:{registration.pk}@" in text
    assert registration.page_token in text


def test_calendar_file_says_which_language_its_title_is_in(client, edition):
    Edition.objects.filter(pk=edition.pk).update(title_fr="", title_en="AI and medicine")
    registration = registered(edition)

    text = client.get(url(registration, "ticket.ics", "fr")).content.decode().replace("\r\n ", "")

    assert "SUMMARY;LANGUAGE=en:AI and medicine" in text
    assert "DESCRIPTION;LANGUAGE=fr:" in text


def test_calendar_file_of_a_day_without_time(client, edition):
    Edition.objects.filter(pk=edition.pk).update(date_precision="day", joining_url="https://example.org/live")
    registration = registered(edition, mode="online")

    text = client.get(url(registration, "ticket.ics")).content.decode().replace("\r\n ", "")

    assert "DTSTART;VALUE=DATE:20270520" in text
    assert "DTEND;VALUE=DATE:20270521" in text
    assert "CONFERENCE" in text


def test_ticket_code_opens_a_page_that_says_nothing(client, edition):
    registration = registered(edition)

    known = client.get(f"/t/{registration.ticket_token}/")
    unknown = client.get(f"/t/{'0' * 27}/")

    assert known.status_code == 200
    assert known.content.decode().replace(registration.ticket_token, "") == unknown.content.decode().replace(
        "0" * 27, ""
    )
    assert "Essai" not in known.content.decode()


@pytest.mark.parametrize("sessions", [1, 3])
def test_page_costs_the_same_for_any_number_of_sessions(client, edition, django_assert_max_num_queries, sessions):
    found = [SessionFactory(edition=edition) for _session in range(sessions)]
    for session in found:
        SeatPoolFactory(edition=edition, session=session, mode="", capacity=None)
    registration = registered(edition, sessions=tuple(found))

    # Two of them for what the person answered beside.
    with django_assert_max_num_queries(6):
        client.get(url(registration))


def test_calendar_file_supersedes_the_one_before(client, edition):
    registration = registered(edition, mode="online")

    def sequence():
        text = client.get(url(registration, "ticket.ics")).content.decode()
        return int(text.split("SEQUENCE:")[1].split()[0])

    first = sequence()
    client.post(url(registration, "edit/"), form_of(registration, attendance_mode="onsite"))
    moved = sequence()
    client.post(url(registration, "cancel/"))

    assert first < moved < sequence()


@pytest.mark.parametrize("below", ["confirm/", "cancel/", "edit/", "erase/"])
def test_forms_work_from_a_page_without_referrer(edition, below):
    registration = registered(edition)
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "null"})

    answer = browser.post(url(registration, below), form_of(registration))

    assert answer.status_code in {200, 303}
