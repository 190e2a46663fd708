"""Addresses that no mail reaches: marked, left out, and written to again."""

from datetime import timedelta

import pytest
from django.core import mail

from registrations.models import Attendee
from registrations.services import addresses, bounces, messages, privacy
from registrations.services.merge import merge
from symposium.outbox.bounces import take
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.factories import NOW, MessageFactory, UserFactory, registered
from tests.symposium.outbox.notices import notice
from tests.symposium.outbox.servers import Sink, listening

LATER = NOW + timedelta(hours=1)
NOTHING = (None, "", 0)


@pytest.fixture(autouse=True)
def bounces_are_read(settings):
    settings.BOUNCE_ADDRESS = "bounces@symposium.example.org"


@pytest.fixture
def ada(edition):
    return registered(edition)


def deliver(at=NOW):
    deliver_due(clock=lambda: at)


def last_mail(registration):
    return OutgoingMail.objects.filter(about=registration.mail_about).order_by("created_at", "id").last()


def mark():
    attendee = Attendee.objects.get()
    return attendee.undeliverable_at, attendee.undeliverable_status, attendee.temporary_bounces


def letters_to(registration, count):
    """Send so many more letters, and return their rows."""
    for number in range(count):
        bounced = OutgoingMail(kind="registration.link", about=registration.mail_about, occasion=str(number))
        bounced.created_at = bounced.due_at = bounced.claimed_at = NOW
        bounced.save()
        yield bounced


def test_address_is_marked_by_one_failure_for_good(ada):
    deliver()

    take(notice(last_mail(ada)), at=LATER)
    take(notice(last_mail(ada)), at=LATER + timedelta(days=1))

    assert mark() == (LATER, "5.1.1", 0)


def test_address_is_marked_by_the_third_mail_that_came_back_for_now(ada):
    first, second, third, fourth = letters_to(ada, 4)

    for one in (first, first, second):
        take(notice(one, "4.4.7"), at=NOW)
    assert mark() == (None, "", 2)

    take(notice(third, "4.2.2"), at=LATER)
    take(notice(fourth, "4.4.7"), at=LATER + timedelta(days=1))
    assert mark() == (LATER, "4.2.2", 4)


def test_address_is_marked_by_a_server_that_refuses_it_at_once(ada, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    with listening(Sink({"ada": "550 5.1.1 no such user"})) as port:
        settings.EMAIL_PORT = port
        deliver()

    assert mark() == (NOW, "5.1.1", 0)


def test_nothing_of_the_notice_is_kept_but_its_status(ada):
    deliver()

    take(notice(last_mail(ada)), at=LATER)

    row = last_mail(ada)
    assert (row.bounce_status, row.bounced_at, row.last_error, row.context) == ("5.1.1", LATER, "", {})


def test_marked_address_gets_no_messages_and_its_letters_still(ada, edition):
    message = MessageFactory(edition=edition)
    assert messages.recipients_of(message).count() == 1
    deliver()
    take(notice(last_mail(ada)), at=NOW)

    assert messages.recipients_of(message).count() == 0
    next(letters_to(ada, 1))
    mail.outbox = []
    deliver()
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]


def test_message_that_came_back_marks_too(ada, edition):
    message = MessageFactory(edition=edition)
    messages.send(message=message, by=UserFactory(), at=NOW)
    deliver()

    take(notice(messages.mails_of(message).get()), at=LATER)

    assert mark() == (LATER, "5.1.1", 0)


def changed_address(registration, at):
    addresses.ask(registration=registration, email="ada@elsewhere.example.org", at=at)
    attendee = Attendee.objects.select_related("registration").get()
    return addresses.change(proof=addresses.proof_of(attendee.registration), at=at)


def test_mark_goes_with_the_address(ada, time_machine):
    time_machine.move_to(NOW, tick=False)
    deliver()
    old = last_mail(ada)
    take(notice(old, "4.4.7"), at=NOW)
    take(notice(old), at=NOW)

    changed_address(ada, LATER)

    assert mark() == NOTHING
    deliver(LATER)
    former = OutgoingMail.objects.get(kind="registration.former_address")
    for late in (old, former):
        take(notice(late, "5.4.7"), at=LATER)
    assert mark() == NOTHING


def test_old_letter_that_comes_back_after_the_change_says_nothing_of_the_new_address(ada):
    deliver()
    old = last_mail(ada)

    changed_address(ada, LATER)
    deliver(LATER)
    take(notice(old), at=LATER)
    assert mark() == NOTHING

    take(notice(OutgoingMail.objects.get(kind="registration.address_changed")), at=LATER)
    assert mark() == (LATER, "5.1.1", 0)


def test_staff_clear_the_mark_and_leave_a_trace(ada, edition):
    deliver()
    take(notice(last_mail(ada)), at=NOW)
    by = UserFactory()

    bounces.clear(registration=ada, by=by, at=LATER)

    assert mark() == NOTHING
    trace = TrailEntry.objects.get()
    assert (trace.actor_id, trace.record_id, trace.edition_id) == (by.pk, str(ada.pk), edition.pk)
    assert (trace.kind, trace.fields) == ("changed", ["undeliverable_at"])
    with pytest.raises(bounces.NotMarked):
        bounces.clear(registration=ada, by=by, at=LATER)
    assert TrailEntry.objects.count() == 1


@pytest.mark.parametrize(("kept", "is_marked"), [("other@example.org", False), ("ada@example.org", True)])
def test_letter_from_before_a_merge_says_nothing_of_another_address(ada, edition, kept, is_marked):
    other = registered(edition, "other@example.org", at=NOW + timedelta(seconds=1))
    deliver(at=NOW + timedelta(seconds=1))
    old = last_mail(ada)
    address_of = {"other@example.org": other, "ada@example.org": ada}[kept]
    merge(one=ada, other=other, address_of=address_of, notify=True, reason="", by=UserFactory(), at=LATER)

    take(notice(old), at=LATER)

    assert (Attendee.objects.get(email=kept).undeliverable_at is not None) == is_marked
    deliver(at=LATER)
    take(notice(last_mail(ada)), at=LATER)
    assert Attendee.objects.get(email=kept).undeliverable_at is not None


def test_person_reads_that_their_address_is_marked(ada):
    deliver()
    take(notice(last_mail(ada)), at=LATER)

    [told] = privacy.export_person("ada@example.org")

    assert (told["undeliverable_at"], told["undeliverable_status"]) == (LATER.isoformat(), "5.1.1")
    assert [letter["came_back_status"] for letter in told["mails"]] == ["5.1.1"]


def test_notice_about_an_erased_person_marks_nobody(ada, edition):
    deliver()
    raw = notice(last_mail(ada))
    privacy.erase(registration=ada, at=NOW)

    assert take(raw, at=LATER) == "permanent"
    assert not Attendee.objects.exists()
