"""The letters as they leave."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core import mail

from programme.models import Edition
from registrations.mails.letters import SORTS
from registrations.models import Registration
from registrations.services import editions, holds, letters, links, reminders, staff
from registrations.services.cancel import cancel
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.checks import check_looks
from tests.factories import NOW, QuestionFactory, SeatPoolFactory, SessionFactory, UserFactory
from tests.registrations.views.test_page import registered


def deliver(at=NOW):
    mail.outbox = []
    done = deliver_due(clock=lambda: at)
    return mail.outbox, done


def parts_of(message):
    return {part.get_content_type(): part for part in message.message().walk()}


def test_confirmation_has_text_html_code_and_calendar(edition):
    registration = registered(edition)

    [message], _done = deliver()

    parts = parts_of(message)
    assert message.to == ["essai@example.org"]
    assert registration.page_token in message.body
    assert registration.page_token in parts["text/html"].get_payload(decode=True).decode()
    assert f"<{OutgoingMail.objects.get().pk}@example.org>" == message.message()["Message-ID"]
    assert parts["image/png"]["Content-ID"] == "<ticket-qr>"
    assert parts["image/png"].get_payload(decode=True).startswith(b"\x89PNG")
    assert parts["text/calendar"].get_param("method") == "PUBLISH"
    assert b"BEGIN:VEVENT" in parts["text/calendar"].get_payload(decode=True)
    assert message.message()["Auto-Submitted"] == "auto-generated"


def test_online_confirmation_needs_no_code(edition):
    registered(edition, mode="online")

    [message], _done = deliver()

    assert "image/png" not in parts_of(message)
    assert "text/calendar" in parts_of(message)


def test_waiting_letter_tells_the_rank(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=0)
    registered(edition, "first")
    registered(edition, "second")
    Registration.objects.update(language="en")

    messages, _done = deliver()

    bodies = {message.to[0]: message.body for message in messages}
    assert "You are number 1 on the waiting list" in bodies["first@example.org"]
    assert "You are number 2 on the waiting list" in bodies["second@example.org"]


def test_letter_overtaken_by_events_is_dropped(edition):
    registration = registered(edition)
    cancel(registration=registration, at=NOW)

    messages, done = deliver()

    assert [m.alternatives[0].mimetype for m in messages] == ["text/html"]
    assert (done.sent, done.dropped) == (1, 1)
    assert OutgoingMail.objects.get(state="dropped").kind == "registration.confirmed"


def test_letter_to_an_erased_person_is_dropped(edition):
    registered(edition).attendee.delete()

    messages, done = deliver()

    assert (messages, done.dropped) == ([], 1)


def test_cancellation_takes_the_event_out_of_the_calendar(edition):
    registration = registered(edition)
    deliver()
    cancel(registration=registration, at=NOW)

    [message], _done = deliver()

    calendar = parts_of(message)["text/calendar"]
    assert calendar.get_param("method") == "CANCEL"
    assert b"STATUS:CANCELLED" in calendar.get_payload(decode=True)


def test_hold_starts_when_the_server_took_the_mail(edition):
    Edition.objects.filter(pk=edition.pk).update(confirms_email=True)
    edition.refresh_from_db()
    registration = registered(edition)

    deliver(at=NOW + timedelta(hours=2))

    registration.refresh_from_db()
    assert registration.hold_expires_at == NOW + timedelta(hours=2, minutes=holds.HOLD_MINUTES)


def test_reminder_offers_to_say_no(edition):
    registration = registered(edition)
    deliver()
    at = edition.starts_at - timedelta(days=1)
    reminders.remind(at=at)
    reminders.remind(at=at + timedelta(minutes=10))

    [message], _done = deliver(at)

    assert f"/fr/registrations/{registration.page_token}/cancel/" in message.body


@pytest.mark.parametrize("status", ["postponed", "cancelled"])
def test_everybody_is_told_once_that_the_edition_is_called_off(edition, status):
    registered(edition)
    deliver()
    editions.set_status(edition=edition, status=status, at=NOW)
    editions.set_status(edition=edition, status=status, at=NOW)

    messages, _done = deliver()

    assert len(messages) == 1


def test_notice_is_dropped_when_the_edition_goes_on_after_all(edition):
    registered(edition)
    deliver()
    editions.set_status(edition=edition, status="cancelled", at=NOW)
    editions.set_status(edition=edition, status="published", at=NOW)

    messages, done = deliver()

    assert (messages, done.dropped) == ([], 1)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", list(SORTS))
def test_every_letter_is_whole_in_both_languages(edition, kind, language):
    Edition.objects.filter(pk=edition.pk).update(contact_email="contact@example.org")
    edition.seat_pools.filter(mode="onsite").update(capacity=0 if kind == letters.Kind.WAITING else 1)
    registration = registered(edition)
    sort = SORTS[kind]
    Registration.objects.filter(pk=registration.pk).update(
        language=language, status=sorted(sort.still_true_in)[0], hold_expires_at=NOW
    )
    if sort.edition_status:
        Edition.objects.filter(pk=edition.pk).update(status=sort.edition_status)
    OutgoingMail.objects.all().delete()
    edition.refresh_from_db()
    if kind == letters.Kind.EDITION_MOVED_ONLINE:
        Edition.objects.update(moved_online_at=NOW)
    QuestionFactory(edition=edition, stage="confirmed")
    said = {"starts_at": edition.starts_at.isoformat(), "asked_at": NOW.isoformat()}
    letters.send(registration, kind, at=NOW, occasion="x", **said)

    [message], _done = deliver()

    html = message.alternatives[0].content
    check_looks(html, language)
    assert message.reply_to == ["contact@example.org"]
    for text in (message.subject, message.body, html):
        assert "None" not in text
        assert "{{" not in text
    links_in_text = set(re.findall(r"http://testserver/\S+", message.body))
    assert links_in_text
    assert all(link.startswith(f"http://testserver/{language}/registrations/") for link in links_in_text)
    assert set(re.findall(r'href="([^"]*)"', html)) == links_in_text
    assert set(re.findall(r'src="([^"]*)"', html)) <= {"cid:ticket-qr"}


def test_letter_marks_what_is_in_the_other_language(edition):
    Edition.objects.filter(pk=edition.pk).update(title_en="")
    session = SessionFactory(edition=edition, title_fr="Qui décide ?", title_en="")
    SeatPoolFactory(edition=edition, session=session, mode="", capacity=None)
    registered(edition, sessions=(session,))
    Registration.objects.update(language="en")

    [message], _done = deliver()

    html = unescape(message.alternatives[0].content)
    assert '<span lang="fr">IA et médecine</span>' in html
    assert '<span lang="fr">Qui décide\u202f?</span>' in html
    assert "\nIA et médecine\n" in message.body
    assert "- Qui décide\u202f?\n" in message.body
    assert message.subject == "Your place is confirmed: IA et médecine"


def test_hostile_title_and_name_stay_text(edition):
    Edition.objects.filter(pk=edition.pk).update(title_fr="<b>Bcc: x</b>\r\nBcc: evil@example.org")
    registration = registered(edition, "<i>x</i>")

    [message], _done = deliver()

    assert message.recipients() == [registration.attendee.email]
    assert "\n" not in message.subject
    html = message.alternatives[0].content
    assert "<b>Bcc" not in html
    assert "<i>" not in html.lower()
    assert "Camille &lt;I&gt;X&lt;/I&gt;" in html
    assert "Camille <I>X</I>" in message.body
    assert "<b>Bcc: x</b>" in message.body


def test_link_is_sent_again_at_most_once_in_ten_minutes(edition):
    registration = registered(edition)
    OutgoingMail.objects.all().delete()

    for minutes in (0, 9, 10, 11):
        links.send_again(registration, at=NOW + timedelta(minutes=minutes))

    assert OutgoingMail.objects.filter(kind="registration.link").count() == 2


def test_letter_names_the_sessions_and_where_one_waits(edition):
    held = SessionFactory(edition=edition, title_fr="Première", title_en="First")
    full = SessionFactory(edition=edition, title_fr="Seconde", title_en="Second")
    SeatPoolFactory(edition=edition, session=held, mode="", capacity=None)
    SeatPoolFactory(edition=edition, session=full, mode="", capacity=0)
    registered(edition, sessions=(full, held))
    Registration.objects.update(language="en")

    [message], _done = deliver()

    assert "- First\n- Second (waiting list)\n" in message.body
    assert message.alternatives[0].content.index("First") < message.alternatives[0].content.index("Second")


@pytest.mark.parametrize(
    ("capacity", "requires_approval", "words", "others"),
    [
        (1, False, "your place is kept", "read your request"),
        (0, False, "your rank is kept", "read your request"),
        (0, True, "the organizers then read your request", "is kept"),
    ],
)
def test_address_is_asked_for_with_what_is_at_stake(edition, capacity, requires_approval, words, others):
    Edition.objects.filter(pk=edition.pk).update(confirms_email=True, requires_approval=requires_approval)
    edition.refresh_from_db()
    edition.seat_pools.filter(mode="onsite").update(capacity=capacity)
    registered(edition)
    Registration.objects.update(language="en")

    [message], _done = deliver()

    assert words in message.body
    assert others not in message.body


@pytest.mark.parametrize(("message", "why"), [("Full.\n<b>Sorry</b>", "Full."), ("", "You may answer this mail")])
def test_refusal_says_what_the_organizers_say(edition, message, why):
    Edition.objects.filter(pk=edition.pk).update(requires_approval=True)
    edition.refresh_from_db()
    registration = registered(edition)
    Registration.objects.update(language="en")
    deliver()
    staff.refuse(registration=registration, by=UserFactory(), at=NOW, reason="Not for them", message=message)

    [letter], _done = deliver()

    html = letter.alternatives[0].content
    assert letter.subject == "About your request: AI and medicine"
    assert [why in text for text in (letter.body, html)] == [True, True]
    assert ("<b>Sorry</b>" in letter.body, "&lt;b&gt;Sorry" in html) == (bool(message), bool(message))
    assert "Not for them" not in letter.body + html


@pytest.mark.parametrize(
    ("capacity", "words"), [(1, "Your ticket no longer opens"), (0, "You have nothing else to do.")]
)
def test_cancellation_speaks_of_a_ticket_to_who_had_one(edition, capacity, words):
    edition.seat_pools.filter(mode="onsite").update(capacity=capacity)
    registration = registered(edition)
    Registration.objects.update(language="en")
    deliver()
    cancel(registration=registration, at=NOW)

    [message], _done = deliver()

    assert words in message.body


def test_cancellation_does_not_ask_to_cancel(edition):
    registration = registered(edition)
    Registration.objects.update(language="en")
    assert "Open the page and cancel." in deliver()[0][0].body
    cancel(registration=registration, at=NOW)

    assert "Open the page and cancel." not in deliver()[0][0].body
