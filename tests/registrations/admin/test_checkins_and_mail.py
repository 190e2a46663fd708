"""Scans and mails: shown to the organizers of their edition, and never touched."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programme.models import Edition
from registrations.admin.mail import MailAdmin, letter_name
from registrations.models import CheckIn, Message, Registration
from registrations.services import messages
from registrations.services.cancel import cancel
from registrations.services.newcomers import enter_people
from symposium.outbox.models import OutgoingMail
from tests.factories import (
    NOW,
    EditionFactory,
    SeatPoolFactory,
    SessionFactory,
    UserFactory,
    application,
    registered,
    send_group,
)
from tests.registrations.admin.forms import shown


def scan(registration, **fields):
    return CheckIn.objects.create(
        registration=registration, scanned_at=NOW, received_at=NOW, **{"source": "qr", "gate": "North", **fields}
    )


def test_scans_say_who_where_and_when(organizer, edition):
    registration = registered(edition)
    scan(registration, scanned_by=UserFactory(name="Dora"))
    scan(
        registration,
        session=SessionFactory(edition=edition, title_en="Morning"),
        scanned_by=UserFactory(email="d@example.org"),
    )
    last = scan(registration, direction="exit")

    page = shown(organizer.get("/admin/registrations/checkin/"))

    expected = [
        "Monday 1 March 2027, 1:00",
        registration.reference,
        "door of the edition",
        "Morning",
        "Dora",
        "d@example.org",
        "exit",
    ]
    assert [words for words in expected if words not in page] == []
    assert (
        shown(organizer.get(reverse("admin:registrations_checkin_change", args=[last.pk]))).count('name="_save"') == 0
    )


def test_scans_are_narrowed_by_edition(organizer, edition):
    scan(registered(edition))

    assert "North" in shown(organizer.get(f"/admin/registrations/checkin/?edition={edition.slug}"))
    assert "North" not in shown(organizer.get("/admin/registrations/checkin/?edition=other"))


@pytest.mark.parametrize("page", ["registrations/checkin", "outbox/outgoingmail"])
def test_three_rows_cost_as_much_as_one(organizer, edition, django_assert_num_queries, page):
    scan(registered(edition))
    with CaptureQueriesContext(connection) as one:
        organizer.get(f"/admin/{page}/")
    for name in "ab":
        scan(registered(edition, f"{name}@example.org"))

    with django_assert_num_queries(len(one)):
        organizer.get(f"/admin/{page}/")


def test_mails_are_named_in_plain_words(organizer, edition):
    registered(edition)
    OutgoingMail.objects.update(state="failed", last_error="550 no such mailbox")

    page = shown(organizer.get("/admin/outbox/outgoingmail/"))

    assert [words for words in ("place confirmed", "failed", "550 no such mailbox") if words not in page] == []
    assert letter_name("report.weekly") == "report.weekly"


def test_mails_are_narrowed_by_letter_and_state(organizer, edition):
    registered(edition)

    def count(query):
        return organizer.get(f"/admin/outbox/outgoingmail/?{query}").context["cl"].result_count

    assert count("letter=registration.confirmed") == count("state__exact=queued") == 1
    assert count("letter=registration.cancelled") == count("state__exact=failed") == 0


def test_mails_are_narrowed_by_edition(organizer, superuser, edition):
    elsewhere = EditionFactory(slug="elsewhere")
    SeatPoolFactory(edition=elsewhere)
    mine, others = registered(edition), registered(elsewhere)

    def shown_to(client, slug):
        page = shown(client.get(f"/admin/outbox/outgoingmail/?edition={slug}"))
        return mine.reference in page, others.reference in page

    assert shown_to(superuser, "") == (True, True)
    assert shown_to(superuser, edition.slug) == (True, False)
    assert shown_to(superuser, "elsewhere") == (False, True)
    assert shown_to(organizer, edition.slug) == (True, False)
    assert shown_to(organizer, "elsewhere") == (False, False)
    assert "elsewhere" not in shown(organizer.get("/admin/outbox/outgoingmail/"))


def test_every_letter_to_somebody_belongs_to_their_edition(edition):
    registration, by = registered(edition), UserFactory()
    Edition.objects.update(largest_group=5)
    send_group(edition, 2)
    enter_people(edition=edition, applications=[application("c@example.org")], source="a list", by=by, at=NOW)
    message = Message.objects.create(edition=edition, created_by=by, created_at=NOW)
    messages.send(message=message, by=by, at=NOW)
    cancel(registration=registration, at=NOW)

    letters = OutgoingMail.objects.filter(about__startswith="registration:")

    assert letters.count() > 5
    assert set(letters.values_list("belongs_to", flat=True)) == {registration.mail_belongs_to}


def test_mails_are_found_by_the_person_and_lead_to_the_registration(organizer, edition):
    ada = registered(edition, "ada@example.org", family_name="L\u00f4velace")
    registered(edition, "bob@example.org")

    found = organizer.get("/admin/outbox/outgoingmail/?q=lovelace")

    assert [mail.about for mail in found.context["cl"].result_list] == [ada.mail_about]
    assert reverse("admin:registrations_registration_change", args=[ada.pk]) in shown(found)


def test_mail_of_an_erased_person_names_nobody(superuser, edition):
    registered(edition)
    Registration.objects.update(reference=None)
    OutgoingMail.objects.create(kind="export.ready", about="exportjob:1", created_at=NOW, due_at=NOW)

    page = shown(superuser.get("/admin/outbox/outgoingmail/"))

    assert page.count('field-registration">—<') == 2


def test_failed_mails_are_sent_again_and_others_left_alone(organizer, edition):
    registered(edition)
    mail = OutgoingMail.objects.get()
    data = {"action": "send_again", "_selected_action": mail.pk}

    untouched = shown(organizer.post("/admin/outbox/outgoingmail/", data, follow=True))
    OutgoingMail.objects.update(state="failed", attempts=20, last_error="550")
    again = shown(organizer.post("/admin/outbox/outgoingmail/", data, follow=True))

    assert "None of the selected mails had failed." in untouched
    assert "1 mail will be sent again." in again
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.due_at) == ("queued", 0, NOW)


def test_mail_can_be_read_and_not_written(organizer, edition):
    registered(edition)
    url = reverse("admin:outbox_outgoingmail_change", args=[OutgoingMail.objects.get().pk])

    assert 'name="_save"' not in shown(organizer.get(url))
    assert organizer.post(url, {"state": "sent"}).status_code == 403
    assert organizer.get("/admin/outbox/outgoingmail/add/").status_code == 403
    assert organizer.post(url.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_nobody_without_an_account_has_mails(rf, db):
    from django.contrib import admin  # noqa: PLC0415
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415

    request = rf.get("/")
    request.user = AnonymousUser()

    assert list(MailAdmin(OutgoingMail, admin.site).get_queryset(request)) == []
