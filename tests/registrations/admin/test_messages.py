"""Organizers write to the people of their edition: writing, showing, and who may."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programme.models import StaffRole
from registrations.models import Message
from registrations.services import messages, unsubscribing
from symposium.outbox.models import OutgoingMail
from symposium.outbox.views import FRAME_POLICY
from symposium.trail.models import TrailEntry
from tests.factories import (
    NOW,
    EditionFactory,
    MessageFactory,
    SeatPoolFactory,
    SessionFactory,
    UserFactory,
    registered,
)
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.writing import CHOICES, LIST, TEXTS, do, notes_of, page_of, state_of, words_of


def test_writing_begins_with_the_edition(edition, organizer):
    EditionFactory(slug="of-others")

    page = words_of(organizer.get(f"{LIST}add/"))

    assert f'href="?edition={edition.slug}"' in page
    assert "?edition=of-others" not in page
    again = organizer.get(f"{LIST}add/?edition=of-others")
    assert again.context["title"] == "To the people of which edition?"


def test_message_is_written_and_shown_before_anybody_gets_it(edition, organizer):
    session = SessionFactory(edition=edition, title_en="Ours")
    SessionFactory(title_en="Of others")
    address = f"{LIST}add/?edition={edition.slug}"

    form = words_of(organizer.get(address))
    response = organizer.post(address, {**TEXTS, **CHOICES, "for_status": "confirmed", "for_session": session.pk})

    assert "Ours" in form
    assert "Of others" not in form
    assert "Hello {name}" in form
    assert '<option value="" selected>confirmed, waiting or awaiting approval</option>' in form
    assert "{given_name}, {family_name}, {name}, {edition}, {date}, {reference}, {link}" in form
    message = Message.objects.get()
    assert response.url == page_of(message)
    assert (message.edition, message.created_by, message.state) == (edition, organizer.user, "draft")
    assert (message.for_status, message.for_session, message.body_en) == ("confirmed", session, "Hello {name}")
    assert OutgoingMail.objects.count() == 0
    trace = TrailEntry.objects.get(record_type="registrations.message")
    assert (trace.kind, trace.edition_id, trace.record_id) == ("added", edition.pk, str(message.pk))
    assert notes_of(organizer.get(response.url)) == ["The draft is saved. Nobody has been written to yet."]


def test_unknown_placeholder_is_refused_and_named(edition, organizer):
    response = organizer.post(
        f"{LIST}add/?edition={edition.slug}", {**TEXTS, **CHOICES, "body_fr": "Bonjour {prenom} <b>"}
    )

    assert "Not known: {prenom}." in words_of(response)
    assert Message.objects.count() == 0


def test_session_of_another_edition_is_refused(edition, organizer):
    foreign = SessionFactory()

    organizer.post(f"{LIST}add/?edition={edition.slug}", {**TEXTS, **CHOICES, "for_session": foreign.pk})

    assert Message.objects.count() == 0


def test_message_to_another_edition_is_not_written(organizer):
    foreign = EditionFactory(slug="of-others")

    response = organizer.post(f"{LIST}add/?edition={foreign.slug}", {**TEXTS, **CHOICES})

    assert Message.objects.count() == 0
    assert response.status_code == 200


def test_draft_is_changed_and_leaves_names_of_fields_only(organizer, message):
    response = organizer.post(page_of(message, "change/"), {**TEXTS, **CHOICES, "for_mode": "onsite"})

    message.refresh_from_db()
    assert response.url == page_of(message)
    assert (message.subject_fr, message.for_mode, message.state) == ("Objet", "onsite", "draft")
    assert TrailEntry.objects.get().fields == ["body_en", "body_fr", "for_mode", "subject_en", "subject_fr"]


def test_only_a_draft_is_changed_or_deleted(organizer, message):
    registered(message.edition)
    address = page_of(message, "change/")
    assert f'href="{address}"' in words_of(organizer.get(page_of(message)))
    messages.send(message=message, by=organizer.user, at=NOW)

    assert organizer.get(address).url == page_of(message)
    assert organizer.post(address, {**TEXTS, **CHOICES}).url == page_of(message)
    assert organizer.post(page_of(message, "delete/"), {"post": "yes"}).status_code == 403
    message.refresh_from_db()
    assert message.subject_fr == "Un mot pour {name}"


def test_draft_that_is_sent_while_it_is_changed_stays_what_was_sent(organizer, message, monkeypatch):
    registered(message.edition)
    save = Message.full_clean

    def send_meanwhile(self, *args, **options):
        Message.objects.filter(pk=message.pk).update(state="sending", send_at=NOW)
        return save(self, *args, **options)

    monkeypatch.setattr(Message, "full_clean", send_meanwhile)

    response = organizer.post(page_of(message, "change/"), {**TEXTS, **CHOICES})

    message.refresh_from_db()
    assert (response.status_code, message.subject_fr) == (403, "Un mot pour {name}")


def test_draft_is_deleted(organizer, message):
    organizer.post(page_of(message, "delete/"), {"post": "yes"})

    assert Message.objects.count() == 0


def test_page_tells_how_many_it_reaches_and_how_it_reads_to_one_of_them(organizer, edition):
    session = SessionFactory(edition=edition, title_en="Governing data")
    SeatPoolFactory(edition=edition, session=session, mode="", capacity=5)
    for number, name in enumerate(("Ada", "<b>Bea</b>")):
        registered(edition, f"{number}@example.org", given_name=name, sessions=[session], at=NOW + timedelta(number))
    message = MessageFactory(
        edition=edition, for_status="confirmed", for_mode="onsite", for_session=session, for_profile="researcher",
        for_language="en", for_presence="absent", for_coming="silent", created_by=UserFactory(name="Odile"),
    )  # fmt: skip

    first, second = (words_of(organizer.get(f"{page_of(message)}?person={number}")) for number in (1, "2"))

    for words in ("Confirmed", "On site", "Governing data", "Research", "English", "Not present", "2 people", "Odile"):
        assert f"<dd>{words}</dd>" in first
    assert "As Ada Example would read it (1 of 2)." in first
    assert "As &lt;b&gt;Bea&lt;/b&gt; Example would read it (2 of 2)." in second
    assert '<a href="?person=2#preview">Next person</a>' in first
    assert '<a href="?person=1#preview">Person before</a>' in second
    assert '<p lang="fr">Un mot pour &lt;b&gt;Bea&lt;/b&gt; Example</p>' in second
    assert '<pre lang="en">Hello &lt;b&gt;Bea&lt;/b&gt; Example, Your page: http://testserver/en/regist' in second


def test_preview_shows_the_mail_where_nothing_can_act(organizer, message):
    registration = registered(message.edition)

    response = organizer.get(page_of(message, "preview/en/"))

    assert "Hello Ada Example," in words_of(response)
    assert registration.page_token not in words_of(response)
    assert unsubscribing.token_of(registration) not in words_of(response)
    assert response["Content-Security-Policy"] == FRAME_POLICY
    assert " sandbox></iframe>" in words_of(organizer.get(page_of(message, "send/")))
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in response["Cache-Control"]
    assert "Bonjour Ada Example," in words_of(organizer.get(page_of(message, "preview/fr/?person=99")))
    assert organizer.get(page_of(message, "preview/de/")).status_code == 404
    assert organizer.post(page_of(message, "preview/fr/")).status_code == 405


@pytest.mark.parametrize("role", ["exporter", "door", "reader", "needs"])
def test_other_roles_have_no_part_in_messages(edition, message, role):
    client = staff(edition, role)

    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.get(page_of(message)).status_code == 404
    assert client.post(page_of(message), {"do": "test"}).status_code == 404
    assert client.get(page_of(message, "preview/fr/")).status_code == 404
    assert OutgoingMail.objects.count() == 0


def test_organizer_of_another_edition_reaches_nothing(message):
    client = staff(EditionFactory(), "organizer")

    assert "Un mot" not in words_of(client.get(LIST))
    assert client.post(page_of(message), {"do": "send", "when": "now"}).status_code == 404
    assert client.get(page_of(message, "preview/fr/")).status_code == 404
    assert client.get(page_of(message, "change/")).status_code == 302


def test_list_shows_messages_and_asks_as_often_for_three_as_for_one(organizer, edition):
    MessageFactory(edition=edition, subject_en="<i>One</i>", created_by=organizer.user)
    page = words_of(organizer.get(f"{LIST}?edition={edition.slug}"))
    assert "&lt;i&gt;One&lt;/i&gt;" in page
    with_one = len(asked(organizer))
    for _number in range(2):
        MessageFactory(edition=edition, created_by=organizer.user)

    assert len(asked(organizer)) == with_one


def asked(client):
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    return queries


def test_superuser_writes_to_any_edition(superuser, message):
    registered(message.edition)

    do(superuser, message, "send", when="now")

    assert state_of(message) == "sending"
    assert StaffRole.objects.count() == 0


def test_dashboard_leads_to_the_messages_of_the_edition(organizer, edition):
    page = words_of(organizer.get(f"/admin/programme/edition/{edition.pk}/dashboard/"))

    assert f'href="{LIST}?edition={edition.slug}"' in page


def test_list_and_page_name_a_message_by_its_subject_and_its_author(organizer, edition):
    message = MessageFactory(edition=edition, subject_en="The doors", created_by=organizer.user)
    MessageFactory(edition=edition)

    listed, page = words_of(organizer.get(LIST)), words_of(organizer.get(page_of(message, "change/")))

    assert "The doors" in listed
    assert f'field-by">{organizer.user.name or organizer.user.email}<' in listed
    assert "<title>The doors | " in page
    assert str(message) not in page


def test_empty_list_says_why_it_is_empty(organizer, edition):
    nothing = words_of(organizer.get(LIST))
    MessageFactory(edition=edition)
    unfound = words_of(organizer.get(f"{LIST}?q=zzz"))

    assert "There is nothing here yet." in nothing
    assert 'Nothing fits what you look for. <a href="?">Show everything</a>' in unfound
    assert "There is nothing here yet." not in words_of(organizer.get(LIST))
