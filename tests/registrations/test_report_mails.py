"""Whom the report is sent to, when, and how."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from threading import Barrier, Thread

import pytest
from django.db import connection

from programme.models import Edition, StaffRole
from registrations import tasks
from registrations.mails import reports as mails
from registrations.services import report_schedule
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.checks import check_looks
from tests.factories import NOW, UserFactory
from tests.registrations.report_worlds import declare, past, register, register_many


def organizer_of(edition, **fields):
    user = UserFactory(**fields)
    StaffRole.objects.create(user=user, edition=edition, role="organizer")
    return user


def queued():
    rows = OutgoingMail.objects.filter(kind__startswith="report.").order_by("kind", "about", "occasion")
    return list(rows.values_list("kind", "about", "occasion"))


@pytest.mark.django_db
class TestSchedule:
    def test_each_organizer_gets_one_a_week_while_registration_is_open(self, edition):
        first, second = organizer_of(edition), organizer_of(edition)
        StaffRole.objects.create(user=UserFactory(), edition=edition, role="reader")
        organizer_of(edition, is_active=False)
        sunday = datetime(2027, 3, 7, 22, 30, tzinfo=UTC)  # 23 h 30 in Paris

        for at in (NOW, NOW + timedelta(hours=1), sunday, sunday + timedelta(hours=1)):
            send_due(at)

        assert queued() == [
            ("report.weekly", f"report:{edition.pk}:{user.pk}", monday)
            for user in (first, second)
            for monday in ("2027-03-01", "2027-03-08")
        ]

    @pytest.mark.parametrize(
        "fields",
        [
            {"registration_opens_at": NOW + timedelta(days=1)},
            {"registration_closes_at": NOW - timedelta(days=1)},
            {"status": "draft"},
            {"status": "cancelled"},
            {"status": "postponed"},
        ],
    )
    def test_nothing_is_sent_while_registration_is_not_open(self, edition, fields):
        organizer_of(edition)
        Edition.objects.filter(pk=edition.pk).update(**fields)

        send_due(NOW)

        assert queued() == []

    @pytest.mark.parametrize("status", ["published", "archived"])
    def test_one_is_sent_after_the_edition(self, edition, status):
        user = organizer_of(edition)
        Edition.objects.filter(pk=edition.pk).update(status=status)

        for at in (edition.ends_at - timedelta(seconds=1), edition.ends_at, edition.ends_at + timedelta(days=29)):
            send_due(at)

        final = [row for row in queued() if row[0] == "report.final"]
        assert final == [("report.final", f"report:{edition.pk}:{user.pk}", "2027-05-20")]

    @pytest.mark.parametrize(("status", "days"), [("draft", 1), ("cancelled", 1), ("postponed", 1), ("archived", 30)])
    def test_none_is_sent_of_what_did_not_take_place_or_is_long_over(self, edition, status, days):
        organizer_of(edition)
        Edition.objects.filter(pk=edition.pk).update(status=status)

        send_due(edition.ends_at + timedelta(days=days))

        assert queued() == []

    def test_the_task_calls_the_service_with_the_clock(self, edition, time_machine):
        time_machine.move_to(NOW, tick=False)
        organizer_of(edition)

        tasks.send_reports()

        assert [row[0] for row in queued()] == ["report.weekly"]

    def test_the_edition_before_is_the_last_public_one(self, edition):
        past("2020", starts_at=NOW - timedelta(days=900), ends_at=NOW - timedelta(days=899))
        before = past("2022")
        past("2024", status="draft", starts_at=NOW - timedelta(days=50), ends_at=NOW - timedelta(days=49))

        assert report_schedule.edition_before(edition) == before
        assert report_schedule.edition_before(Edition.objects.get(slug="2020")) is None


def send_due(at):
    report_schedule.send_due(at=at)


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_send_one_each(edition):
    organizers = [organizer_of(edition) for _number in range(3)]
    start = Barrier(4)

    def run():
        start.wait()
        try:
            send_due(NOW)
            send_due(edition.ends_at)
        finally:
            connection.close()

    threads = [Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kinds = [row[0] for row in queued()]
    assert (kinds.count("report.weekly"), kinds.count("report.final")) == (len(organizers), len(organizers))


@pytest.mark.django_db
class TestMail:
    def deliver(self, mailoutbox, at=NOW):
        send_due(at)
        deliver_due(clock=lambda: at)
        return {message.to[0]: message for message in mailoutbox}

    def test_is_in_the_language_of_the_organizer_and_holds_nobody(self, edition, mailoutbox):
        declare(past("2026"), 600, is_approximate=True)
        Edition.objects.filter(pk=edition.pk).update(contact_email="contact@example.org", is_sample=True)
        register(edition)
        french, english = organizer_of(edition, language="fr"), organizer_of(edition, language="en")

        arrived = self.deliver(mailoutbox)

        message = arrived[english.email]
        html = unescape(message.alternatives[0][0])
        assert message.subject == f"Edition {edition.slug}: the weekly report"
        assert message.extra_headers["Content-Language"] == "en"
        assert message.reply_to == ["contact@example.org"]
        check_looks(message.alternatives[0][0], "en")
        for text in (message.body, html):
            assert "Drawn up on Monday 1 March 2027, 1:00\u00a0pm, Paris time." in text
            assert "nearly 600" in text
            assert "No difference and no percentage" in text
            assert "these people are invented" in text
            assert "each week while registration is open" in text
            for personal in ("Secret", "Camille", "@example.org\n", "p1@"):
                assert personal not in text
        assert '<html lang="fr">' in arrived[french.email].alternatives[0][0]
        assert arrived[french.email].extra_headers["Content-Language"] == "fr"

    def test_the_final_one_says_so_and_hides_small_cells(self, edition, mailoutbox):
        register_many(edition, 20)
        register_many(edition, 3, profile="press")
        user = organizer_of(edition, language="en")

        message = self.deliver(mailoutbox, edition.ends_at)[user.email]

        assert message.subject == f"Edition {edition.slug}: the report after the event"
        assert message.reply_to == []
        html = message.alternatives[0][0]
        assert "press \u2013 <5, <5, 0, 0, 0" in message.body
        assert "research \u2013 not shown, not shown, 0, 0, 0" in message.body
        assert "&lt;5" in html
        assert re.search(r'<span class="word"[^>]*>on the waiting list</span>0', html)
        for text in (message.body, html):
            assert "once after the edition" in text

    def test_a_difference_is_shown_with_what_it_does_not_say(self, edition, mailoutbox):
        register_many(past("2026"), 10)
        register_many(edition, 15)
        user = organizer_of(edition, language="en")

        message = self.deliver(mailoutbox)[user.email]

        for text in (message.body, message.alternatives[0][0]):
            assert "+5 (+50.0%)" in text
            assert "says nothing of why they differ" in text

    def test_title_that_exists_in_the_other_language_alone_says_so(self, edition, mailoutbox):
        Edition.objects.filter(pk=edition.pk).update(title_en="", title_fr="L'avis ?")
        user = organizer_of(edition, language="en")

        message = self.deliver(mailoutbox)[user.email]

        assert re.search(r'<h1 lang="fr"[^>]*>L\u2019avis\u202f\?</h1>', message.alternatives[0][0])
        assert "\nL\u2019avis\u202f?\n" in message.body

    def test_whoever_is_no_organizer_any_more_gets_none(self, edition, mailoutbox):
        gone, disabled = organizer_of(edition), organizer_of(edition)
        send_due(NOW)
        gone.staff_roles.all().delete()
        disabled.is_active = False
        disabled.save()

        deliver_due(clock=lambda: NOW)

        assert mailoutbox == []
        assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"dropped"}

    def test_one_of_an_edition_that_is_gone_is_dropped(self, db):
        lost = OutgoingMail(kind="report.final", about="report:0:0", created_at=NOW, due_at=NOW)

        assert mails.render([lost]) == {}

    def test_organizers_of_a_language_share_one_count(self, edition, django_assert_max_num_queries):
        for _number in range(3):
            organizer_of(edition)
        send_due(NOW)
        due = list(OutgoingMail.objects.all())

        with django_assert_max_num_queries(16):
            assert len(mails.render(due)) == 3
