"""The record of processing is what really runs; what it counts down is what the purge takes."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from programme.models import StaffRole
from registrations.models import Attendee, Registration
from registrations.services import answers, privacy, visa_letters
from registrations.services.processing import DATA_OF, Due, countdown, processing_record
from tests.factories import NOW, EditionFactory, PartnershipFactory, SeatPoolFactory, UserFactory, registered
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import shown

PAGE = "/admin/trail/trailentry/record/"
FILE = "/admin/trail/trailentry/record.json"
DAY = timedelta(days=1)


@pytest.fixture
def kept(edition):
    """One confirmed, one refused, one who never confirmed, and the invented people of a sample."""
    for name, status in (("a", "confirmed"), ("b", "refused"), ("c", "expired")):
        registration = registered(edition, f"{name}@example.org")
        Registration.objects.filter(pk=registration.pk).update(status=status)
    sample = EditionFactory(is_sample=True)
    SeatPoolFactory(edition=sample, mode="onsite")
    registered(sample)
    return edition


def test_countdown_names_what_goes_when_the_nearest_first(kept):
    def due(what, moment, *, is_overdue=False):
        return Due(kept.slug, what, 1, moment, is_overdue)

    unconfirmed, waiting, identified = NOW + 7 * DAY, kept.ends_at + 30 * DAY, kept.ends_at + 396 * DAY

    assert countdown(at=NOW) == [
        due("unconfirmed", unconfirmed),
        due("waiting", waiting),
        due("identified", identified),
    ]
    assert [one.is_overdue for one in countdown(at=waiting + DAY)] == [True, False, False]
    assert [one.is_overdue for one in countdown(at=waiting + 2 * DAY)] == [True, True, False]


@pytest.mark.parametrize("days", [0, 6, 7, 100, 110, 476, 500])
def test_purge_takes_exactly_what_the_countdown_says(kept, days):
    at = NOW + days * DAY
    said = sum(due.people for due in countdown(at=at) if due.due_at <= at)

    planned = privacy.purge(at=at, dry_run=True)
    done = privacy.purge(at=at)

    assert planned == done
    assert done.unconfirmed + done.waiting + done.identified == said
    assert [due for due in countdown(at=at) if due.due_at <= at] == []


def test_record_is_read_from_what_runs(kept, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "mail.example.org"
    organisation = PartnershipFactory(edition=kept).organisation
    other = EditionFactory()
    helper, gone = UserFactory(), UserFactory(is_active=False)
    for user, edition in ((helper, kept), (helper, other), (gone, kept)):
        StaffRole.objects.create(user=user, edition=edition, role="door")
    privacy.purge(at=NOW)

    with override("en"):
        record = processing_record(at=NOW)

    assert organisation.name_en in record.controllers
    assert record.mail_server == "mail.example.org"
    assert {recipients.role: recipients.accounts for recipients in record.recipients} == {
        "organizer": 0,
        "exporter": 0,
        "door helper": 1,
        "reader of figures": 0,
        "diet and access needs": 0,
    }
    assert [(purge.at, purge.source) for purge in record.purges] == [(NOW, "schedule")]
    assert {period.what: period.days for period in record.periods} == {
        "unconfirmed": privacy.UNCONFIRMED_DAYS,
        "waiting": privacy.WAITING_DAYS,
        "identified": privacy.IDENTIFIED_DAYS,
        "needs": answers.NEEDS_DAYS,
        "visa_letters": visa_letters.VISA_LETTER_DAYS,
        "accounts": privacy.UNCONFIRMED_DAYS,
        "forms": privacy.FORM_DAYS,
        "replies": 1,
        "exports": 1,
        "trail": 1096,
        "webhooks": 90,
    }


def test_every_personal_field_of_an_attendee_is_in_the_record():
    """A field that is added to a person's data has to be declared, or left out here with its reason."""
    derived = {"id", "registration", "edition", "email_normalised", "search_text", "new_email_asked_at"}

    assert {field.name for field in Attendee._meta.fields} - derived == set(DATA_OF[Attendee])


def test_page_and_file_are_for_superusers(superuser, kept):
    privacy.purge(at=NOW)
    page, file = superuser.get(PAGE), superuser.get(FILE)

    assert page.status_code == file.status_code == 200
    assert "overdue" not in shown(page)
    assert "never confirmed: 0, not admitted: 0" in shown(page)
    assert file.json()["countdown"][0]["edition"] == kept.slug
    assert "@example.org" not in shown(page).replace("symposium@example.org", "").replace(superuser.user.email, "")
    assert superuser.post(PAGE).status_code == superuser.post(FILE).status_code == 405
    assert PAGE in shown(superuser.get("/admin/trail/trailentry/"))


def test_page_says_what_is_overdue(superuser, kept, time_machine):
    time_machine.move_to(NOW + 10 * DAY, tick=False)
    superuser.force_login(superuser.user, backend="django.contrib.auth.backends.ModelBackend")

    assert "overdue" in shown(superuser.get(PAGE))


def test_page_of_an_empty_site_says_so(superuser, settings):
    page = shown(superuser.get(PAGE))

    assert "No purge has run yet." in page
    assert "name is kept." in page


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_organizer_does_not_open_the_record(edition, address):
    client = staff(edition, "organizer")

    assert client.get(address).status_code == 403
    assert PAGE not in shown(client.get("/admin/trail/trailentry/"))
