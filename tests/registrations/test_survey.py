"""The survey after an edition: who is asked, once, and how to hear no more."""

import email
from datetime import timedelta

import pytest
from django.core import mail

from programme.models import Edition
from registrations.models import Attendee
from registrations.services import unsubscribing
from registrations.services.cancel import cancel
from registrations.services.door import check_in
from registrations.services.privacy import erase
from registrations.services.survey import ask
from registrations.tasks import send_survey
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.checks import check_looks
from tests.factories import NOW, registered
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import change, send

DAY = timedelta(days=1)
SURVEY = "https://survey.example.org/ai?lang=en&x=1"


@pytest.fixture
def asking(edition):
    edition.survey_url_fr, edition.survey_url_en = "https://survey.example.org/ia", SURVEY
    edition.contact_email = "desk@example.org"
    edition.save()
    return edition


@pytest.fixture
def due(asking):
    return asking.ends_at + DAY


def came(edition, email, **fields):
    registration = registered(edition, email, **fields)
    check_in(registration=registration, by=None, source="qr", gate="", at=edition.starts_at)
    return registration


def asked():
    keys = [row.about.removeprefix("registration:") for row in OutgoingMail.objects.filter(kind="registration.survey")]
    return sorted(Attendee.objects.filter(registration__in=keys).values_list("email", flat=True))


def deliver(at):
    mail.outbox = []
    deliver_due(clock=lambda: at)
    return [message for message in mail.outbox if "List-Id" in message.extra_headers]


def test_survey_goes_once_to_who_was_present_or_confirmed_online(asking, due):
    came(asking, "came@example.org")
    registered(asking, "absent@example.org")
    registered(asking, "online@example.org", mode="online")
    cancel(registration=registered(asking, "gone@example.org", mode="online"), at=NOW)

    assert [ask(at=at) for at in (due - timedelta(minutes=1), due, due + DAY)] == [0, 2, 0]

    assert asked() == ["came@example.org", "online@example.org"]
    assert OutgoingMail.objects.filter(kind="registration.survey", is_bulk=True).count() == 2


def test_survey_reaches_nobody_who_wants_no_messages_or_cannot_get_them(asking, due):
    unsubscribing.unsubscribe(registration=came(asking, "quiet@example.org"), at=NOW)
    came(asking, "lost@example.org")
    Attendee.objects.filter(email="lost@example.org").update(undeliverable_at=NOW, undeliverable_status="5.1.1")
    erase(registration=came(asking, "erased@example.org"), at=due)

    assert ask(at=due) == 0


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"survey_url_fr": "", "survey_url_en": ""}, 0),
        ({"status": "cancelled"}, 0),
        ({"status": "draft"}, 0),
        ({"survey_days": 2}, 0),
        ({}, 30),
    ],
)
def test_survey_is_not_sent_without_an_address_nor_too_early_nor_too_late(asking, due, fields, days):
    came(asking, "came@example.org")
    Edition.objects.update(**fields)

    assert ask(at=due + days * DAY) == 0


def test_survey_of_an_archived_edition_is_sent_and_one_language_stands_in_for_the_other(asking, due):
    came(asking, "came@example.org", language="en")
    Edition.objects.update(status="archived", survey_url_en="")
    ask(at=due)

    [message] = deliver(due)

    assert "https://survey.example.org/ia" in message.body


@pytest.mark.parametrize(
    ("language", "subject", "url"),
    [
        ("en", "Your opinion: AI and medicine", SURVEY),
        ("fr", "Votre avis\u202f: IA et médecine", "https://survey.example.org/ia"),
    ],
)
def test_mail_leads_to_the_survey_and_out_by_one_click(asking, due, client, language, subject, url):
    registration = came(asking, "came@example.org", language=language)
    ask(at=due)

    [message] = deliver(due)

    assert message.subject.replace("\u00a0", "\u202f") == subject
    assert url in message.body
    html = message.alternatives[0][0]
    assert f'href="{url.replace("&", "&amp;")}"' in html
    check_looks(html, language)
    sent = email.message_from_bytes(message.message().as_bytes())
    link = unsubscribing.link_of(registration)
    assert (sent["List-Unsubscribe"].strip(), sent["List-Unsubscribe-Post"]) == (
        f"<{link}>",
        "List-Unsubscribe=One-Click",
    )
    assert (sent["Precedence"], sent["Content-Language"], sent["Reply-To"]) == ("bulk", language, "desk@example.org")
    client.post(link.removeprefix("http://testserver"), {"List-Unsubscribe": "One-Click"})
    assert ask(at=due) == 0


def unsubscribed(registration):
    unsubscribing.unsubscribe(registration=registration, at=NOW)


def without_address(_registration):
    Edition.objects.update(survey_url_fr="", survey_url_en="")


@pytest.mark.parametrize("event", [unsubscribed, without_address])
def test_mail_that_events_have_overtaken_is_dropped(asking, due, event):
    registration = came(asking, "came@example.org")
    ask(at=due)
    event(registration)

    assert deliver(due) == []
    assert OutgoingMail.objects.get(kind="registration.survey").state == "dropped"


def test_task_sends_once(asking, due, time_machine):
    came(asking, "came@example.org")
    time_machine.move_to(due, tick=False)

    send_survey()
    send_survey()

    assert asked() == ["came@example.org"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://survey.example.org/a", "https://survey.example.org/a"),
        ("survey.example.org/a", "https://survey.example.org/a"),
        ("http://survey.example.org/a", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_address_begins_with_https(edition, time_machine, typed, kept):
    time_machine.move_to(NOW, tick=False)

    send(staff(edition, "organizer"), change(edition), "edition_form", survey_url_fr=typed)

    assert (Edition.objects.get().survey_url_fr or "") == kept
