"""What organizers write to many, as it leaves and as it is shown."""

from datetime import timedelta

import pytest
from django.core import mail

from programme.models import Edition
from registrations.mails.messages import make, reader_for_test, reader_shown, render
from registrations.models import Attendee, Message, Registration
from registrations.models.placeholders import PLACEHOLDERS
from registrations.services import messages, unsubscribing
from registrations.services.cancel import cancel
from registrations.services.privacy import erase
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.checks import check_looks
from tests.factories import NOW, MessageFactory, UserFactory, registered

EVERYTHING = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


def send(edition, **texts):
    message = MessageFactory(edition=edition, **texts)
    messages.send(message=message, by=UserFactory(), at=NOW)
    return message


def deliver(message, at=NOW):
    """Deliver what is due, and return the mails of the message in the order of their addresses."""
    mail.outbox = []
    deliver_due(clock=lambda: at)
    return sorted((one for one in mail.outbox if "List-Id" in one.extra_headers), key=lambda one: one.to)


def html_of(message):
    return message.alternatives[0][0]


def states(message):
    return sorted(messages.mails_of(message).values_list("state", flat=True))


def test_each_gets_it_in_their_language_with_their_name_and_link(edition):
    registered(edition, "ada@example.org", given_name="Ada", family_name="Example", language="en")
    registered(edition, "bea@example.org", given_name="", family_name="Béa", language="fr")
    message = send(edition)

    ada, bea = deliver(message)

    page = Registration.objects.get(attendee__email="ada@example.org").page_token
    assert (ada.to, ada.subject) == (["ada@example.org"], "A word for Ada Example")
    assert f"Hello Ada Example,\n\nYour page: http://testserver/en/registrations/{page}/" in ada.body
    assert (bea.to, bea.subject) == (["bea@example.org"], "Un mot pour Béa")
    assert "Bonjour Béa," in bea.body
    assert states(message) == ["sent", "sent"]
    for one, language in ((ada, "en"), (bea, "fr")):
        check_looks(html_of(one), language)


def test_every_placeholder_is_filled_in(edition):
    registration = registered(edition)
    message = send(edition, subject_en=EVERYTHING, body_en=EVERYTHING)

    [ada] = deliver(message)

    link = f"http://testserver/en/registrations/{registration.page_token}/"
    words = f"Ada Example Ada Example AI and medicine Thursday 20 May 2027, 2:00 pm {registration.reference} {link}"
    assert ada.subject == words
    assert ada.body.startswith(f"{words}\n")
    assert f'<a class="accent" href="{link}"' in html_of(ada)


def test_headers_let_programs_unsubscribe_and_tell_that_it_is_bulk(edition):
    Edition.objects.filter(pk=edition.pk).update(contact_email="office@example.org", slug="2027")
    registration = registered(edition)
    message = send(Edition.objects.get())

    [ada] = deliver(message)

    written = ada.message()
    link = f"http://testserver/u/{unsubscribing.token_of(registration)}/"
    names = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Precedence", "Auto-Submitted", "Reply-To")
    assert [written[name] for name in names] == [
        f"<{link}>",
        "List-Unsubscribe=One-Click",
        "<2027.messages.testserver>",
        "bulk",
        "auto-generated",
        "office@example.org",
    ]
    assert written["Content-Language"] == "en"
    assert written["Message-ID"] == f"<{messages.mails_of(message).get().pk}@example.org>"
    assert link in ada.body
    assert f'href="{link}"' in html_of(ada)
    assert "Questions: office@example.org" in ada.body


def test_what_people_are_called_is_shown_literally_and_is_no_link(edition):
    hostile = "<b>x</b> {link} http://evil.example\r\nBcc: a@b.c"
    registered(edition, given_name="", family_name="Somebody")
    Attendee.objects.update(family_name=hostile)
    message = send(
        edition, subject_en="For {family_name}", body_en="Dear {family_name}, see http://good.example/a?b=1."
    )

    [ada] = deliver(message)

    plain = "<b>x</b> {link} http://evil.example Bcc: a@b.c"
    assert ada.subject == f"For {plain}"
    assert ada.message()["Bcc"] is None
    assert f"Dear {plain}, see" in ada.body
    assert "<b>x</b>" not in html_of(ada)
    assert 'href="http://evil' not in html_of(ada)
    assert 'href="http://good.example/a?b=1"' in html_of(ada)


def test_lines_and_paragraphs_stay(edition):
    registered(edition)
    message = send(edition, body_en="One\r\ntwo\r\n\r\n\r\nthree & four\x07")

    [ada] = deliver(message)

    assert ada.body.startswith("One\ntwo\n\n\nthree & four\n")
    assert "One<br>two</p><p" in html_of(ada)
    assert "three &amp; four</p>" in html_of(ada)


def test_who_left_the_audience_between_queue_and_delivery_gets_nothing(edition):
    people = {name: registered(edition, f"{name}@example.org") for name in ("quiet", "gone", "erased", "kept")}
    message = send(edition)
    unsubscribing.unsubscribe(registration=people["quiet"], at=NOW)
    cancel(registration=people["gone"], at=NOW)
    erase(registration=people["erased"], at=NOW)

    [kept] = deliver(message)

    assert kept.to == ["kept@example.org"]
    assert states(message) == ["dropped", "dropped", "dropped", "sent"]


def test_mail_of_a_message_that_is_gone_is_dropped(edition):
    registered(edition)
    message = send(edition)
    Message.objects.all().delete()

    assert deliver(message) == []
    assert states(message) == ["dropped"]


def test_mail_that_a_worker_had_taken_is_held_back_by_the_pause(edition):
    """Its worker died, or the mail server sent it away until later."""
    registered(edition)
    message = send(edition)
    messages.mails_of(message).update(state="sending", claimed_at=NOW - timedelta(hours=1), attempts=1)
    messages.pause(message=message, by=UserFactory(), at=NOW)

    assert deliver(message) == []

    assert messages.mails_of(message).values_list("state", "attempts").get() == ("held", 1)
    messages.resume(message=message, by=UserFactory(), at=NOW)
    assert len(deliver(message)) == 1


def test_worker_that_died_half_way_loses_nothing_and_doubles_nothing(edition):
    for number in range(3):
        registered(edition, f"{number}@example.org")
    message = send(edition)
    taken = messages.mails_of(message).order_by("about")
    OutgoingMail.objects.filter(pk=taken[0].pk).update(state="sent", sent_at=NOW)
    OutgoingMail.objects.filter(pk=taken[1].pk).update(state="sending", claimed_at=NOW, attempts=1)

    assert len(deliver(message)) == 1
    assert len(deliver(message, at=NOW + timedelta(minutes=10))) == 1
    assert states(message) == ["sent"] * 3


def test_delivery_asks_the_same_for_one_mail_as_for_many(edition, django_assert_num_queries):
    registered(edition)
    message = send(edition)

    mails = list(messages.mails_of(message))
    with django_assert_num_queries(2):
        assert len(render(mails)) == 1
    for number in range(3):
        registered(edition, f"{number}@example.org")
    message = send(edition)
    mails = list(messages.mails_of(message))
    with django_assert_num_queries(2):
        assert len(render(mails)) == 4


def test_test_mail_comes_in_both_languages_and_opens_nobodys_page(edition):
    registration = registered(edition)
    user = UserFactory(email="me@example.org", name="Odile Office")
    message = MessageFactory(edition=edition)

    messages.send_test(message=message, user=user, at=NOW)

    english, french = sorted(deliver(message), key=lambda one: one.subject)
    assert (english.to, english.subject) == (["me@example.org"], "A word for Odile Office")
    assert (french.to, french.subject) == (["me@example.org"], "Un mot pour Odile Office")
    assert "/fr/registrations/…/" in french.body
    assert registration.page_token not in french.body


@pytest.mark.parametrize("change", [{"is_staff": False}, {"is_active": False}])
def test_test_mail_to_somebody_who_left_is_dropped(edition, change):
    user = UserFactory(**change)
    message = MessageFactory(edition=edition)
    messages.send_test(message=message, user=user, at=NOW)

    assert deliver(message) == []
    assert set(OutgoingMail.objects.filter(kind="message.test").values_list("state", flat=True)) == {"dropped"}


def test_somebody_without_a_name_tests_with_their_address():
    assert reader_for_test(UserFactory.build(email="odile@example.org", name=""), "fr").family_name == "odile"


def test_preview_shows_the_person_without_what_opens_their_page(edition):
    registration = registered(edition)

    shown = make(MessageFactory(edition=edition), reader_shown(registration), "fr")

    text = shown.body + html_of(shown)
    assert "Bonjour Ada Example" in text
    assert "/en/registrations/…/" in text
    assert registration.page_token not in text
    assert unsubscribing.token_of(registration) not in text
