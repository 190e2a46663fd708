"""Organizers write to the people of their edition."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programme.models import StaffRole
from registrations.models import Message
from registrations.services import messages, unsubscribing
from registrations.services.editions import set_status
from symposium.outbox.models import OutgoingMail
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

LIST = "/admin/registrations/message/"
TEXTS = {"subject_fr": "Objet", "body_fr": "Bonjour {name}", "subject_en": "Subject", "body_en": "Hello {name}"}
CHOICES = dict.fromkeys(
    ("for_status", "for_mode", "for_session", "for_profile", "for_language", "for_presence", "for_coming"), ""
)  # fmt: skip


def page_of(message, below="send/"):
    return f"{LIST}{message.pk}/{below}"


def words_of(response):
    return " ".join(response.content.decode().split())


def notes_of(response):
    return [str(note) for note in response.context["messages"]]


def do(client, message, what, **more):
    return client.post(page_of(message), {"do": what, **more}, follow=True)


def state_of(message):
    return Message.objects.get(pk=message.pk).state


@pytest.fixture
def message(edition):
    return MessageFactory(edition=edition)


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
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in response["Cache-Control"]
    assert "Bonjour Ada Example," in words_of(organizer.get(page_of(message, "preview/fr/?person=99")))
    assert organizer.get(page_of(message, "preview/de/")).status_code == 404
    assert organizer.post(page_of(message, "preview/fr/")).status_code == 405


def test_message_that_fits_nobody_shows_none_and_is_not_sent(organizer, message):
    assert "there is nobody to show it as" in words_of(organizer.get(page_of(message)))
    assert organizer.get(page_of(message, "preview/fr/")).status_code == 404

    response = do(organizer, message, "send", when="now")

    assert notes_of(response) == ["The choices fit nobody: the message stays a draft."]
    assert state_of(message) == "draft"


def test_sending_asks_first_and_names_the_number(organizer, message):
    registered(message.edition)
    registered(message.edition, "other@example.org")

    asked = words_of(organizer.post(page_of(message), {"do": "ask", "when": "now"}))

    assert "The message leaves at once, to 2 people." in asked
    assert "Send to 2 people" in asked
    assert '<input type="hidden" name="when" value="now"' in asked
    assert (state_of(message), messages.mails_of(message).count()) == ("draft", 0)

    response = do(organizer, message, "send", when="now")

    assert notes_of(response) == ["The message is on its way to 2 people."]
    assert (state_of(message), messages.mails_of(message).count()) == ("sending", 2)
    assert "0 of 2 sent" in words_of(response)
    trace = TrailEntry.objects.get(record_type="registrations.message")
    assert (trace.actor_id, trace.counts) == (organizer.user.pk, {"mails": 2})


def test_sending_twice_sends_once(organizer, message):
    registered(message.edition)
    do(organizer, message, "send", when="now")

    response = do(organizer, message, "send", when="now")

    assert notes_of(response) == ["The message was sent, paused or changed by somebody else in the meantime."]
    assert messages.mails_of(message).count() == 1


def test_scheduling_goes_by_the_clock_of_the_edition_and_is_taken_back(organizer, message):
    registered(message.edition)
    moment = {"when": "later", "send_at_0": "2027-03-02", "send_at_1": "09:00"}

    asked = words_of(organizer.post(page_of(message), {"do": "ask", **moment}))
    response = do(organizer, message, "send", **moment)

    assert "The message leaves on Tuesday 2 March 2027, 9:00 am (Paris time), to everybody" in asked
    assert "At present that is 1 person." in asked
    assert '<input type="hidden" name="send_at_1" value="09:00"' in asked
    message.refresh_from_db()
    assert (message.state, message.send_at) == ("scheduled", datetime(2027, 3, 2, 8, 0, tzinfo=UTC))
    assert notes_of(response) == ["The message is scheduled."]

    response = do(organizer, message, "withdraw")

    assert notes_of(response) == ["The message is a draft again, and will not be sent."]
    assert state_of(message) == "draft"


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"when": "later", "send_at_0": "", "send_at_1": ""}, "Choose a moment to come."),
        ({"when": "later", "send_at_0": "2027-03-01", "send_at_1": "13:00"}, "Choose a moment to come."),
        ({"when": "later", "send_at_0": "9999999", "send_at_1": "x"}, "Enter a valid date."),
        ({"when": "later", "send_at_0": "2027-03-28", "send_at_1": "02:30"}, "02:30"),
        ({"when": "someday"}, "someday is not one of the available choices."),
        ({}, "This field is required."),
    ],
)
def test_moment_that_cannot_be_is_refused(organizer, message, sent, complaint):
    response = organizer.post(page_of(message), {"do": "send", **sent})

    assert (response.status_code, state_of(message)) == (422, "draft")
    assert complaint in words_of(response)


def test_moment_that_was_now_is_left_out_where_it_was_typed(organizer, message):
    registered(message.edition)

    do(organizer, message, "send", when="now", send_at_0="2027-03-02", send_at_1="09:00")

    assert state_of(message) == "sending"


def test_moment_that_passed_while_it_was_asked_is_not_taken(organizer, message, monkeypatch):
    def too_late(**_named):
        raise messages.NotToCome(NOW)

    monkeypatch.setattr(messages, "schedule", too_late)

    response = do(organizer, message, "send", when="later", send_at_0="2027-03-02", send_at_1="09:00")

    assert notes_of(response) == ["The message was sent, paused or changed by somebody else in the meantime."]


def test_pausing_and_going_on(organizer, message):
    for number in range(3):
        registered(message.edition, f"{number}@example.org")
    do(organizer, message, "send", when="now")
    mails = messages.mails_of(message).order_by("pk")
    for mail, state in zip(mails, ("sent", "failed", "queued"), strict=True):
        OutgoingMail.objects.filter(pk=mail.pk).update(state=state, sent_at=NOW)

    paused = do(organizer, message, "pause")

    assert state_of(message) == "paused"
    assert "1 of 3 sent" in words_of(paused)
    assert "1 has failed" in words_of(paused)
    assert 'value="resume"' in words_of(paused)
    again = do(organizer, message, "resume")
    assert state_of(message) == "sending"
    assert 'value="pause"' in words_of(again)
    assert notes_of(again) == ["The message goes on."]
    OutgoingMail.objects.filter(state="queued").update(state="dropped")
    assert "1 was dropped" in words_of(organizer.get(page_of(message)))


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_message_of_an_edition_called_off_asks_to_be_read_once_more(organizer, message, status):
    registered(message.edition)
    do(organizer, message, "send", when="later", send_at_0="2027-03-02", send_at_1="09:00")
    set_status(edition=message.edition, status=status, at=NOW)

    page = words_of(organizer.get(page_of(message)))

    assert f"The edition is {status}: read this message once more." in page
    assert 'value="resume"' in page
    assert 'value="withdraw"' in page
    assert "read this message" not in words_of(do(organizer, message, "resume"))
    assert state_of(message) == "scheduled"


def test_sent_message_says_when_it_was_over(organizer, edition):
    message = MessageFactory(edition=edition, state="sent", send_at=NOW, finished_at=NOW)

    page = words_of(organizer.get(page_of(message)))

    assert "All sent" in page
    assert 'value="pause"' not in page
    assert "send_form" not in page


def test_test_goes_to_whoever_asks_for_it(organizer, message):
    response = do(organizer, message, "test")

    assert notes_of(response) == ["The message is on its way to you, once in French and once in English."]
    mails = OutgoingMail.objects.filter(kind="message.test")
    assert sorted(mail.context["language"] for mail in mails) == ["en", "fr"]
    assert {mail.context["user"] for mail in mails} == {organizer.user.pk}
    assert state_of(message) == "draft"


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


def test_message_that_fits_nobody_is_not_asked_about(organizer, edition):
    message = MessageFactory(edition=edition)

    answer = organizer.post(page_of(message), {"when": "now", "do": "ask"})

    assert answer.status_code == 422
    assert "The choices fit nobody: the message stays a draft." in words_of(answer)


def test_page_counts_whom_a_message_reaches_until_it_has_left(organizer, edition):
    registered(edition)
    message = MessageFactory(edition=edition)
    before = words_of(organizer.get(page_of(message)))
    messages.send(message=message, by=organizer.user, at=NOW)
    registered(edition, "late@example.org")

    after = words_of(organizer.get(page_of(message)))

    assert ("<dt>Reaches</dt>" in before, "<dt>Reaches</dt>" in after) == (True, False)
    assert "0 of 1 sent" in after
