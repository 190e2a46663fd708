"""Organizers write to the people of their edition: sending, at once or later, and holding back."""

from datetime import UTC, datetime

import pytest

from registrations.services import messages
from registrations.services.editions import set_status
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.factories import NOW, MessageFactory, registered
from tests.registrations.admin.writing import do, notes_of, page_of, state_of, words_of


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
