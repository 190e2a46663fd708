"""Rehearsing an edition from its page, and removing the rehearsal."""

import pytest
from django.urls import reverse

from programme.models import Edition, StaffRole
from registrations.models import Registration
from registrations.services.rehearsals import rehearse
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.factories import NOW, EditionFactory, SeatPoolFactory, UserFactory
from tests.registrations.admin.conftest import logged_in
from tests.registrations.admin.forms import change, send, shown, told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def edition(transactional_db):
    edition = EditionFactory(slug="2027")
    SeatPoolFactory(edition=edition, mode="onsite", capacity=2)
    return edition


@pytest.fixture
def organizer(edition):
    user = UserFactory()
    StaffRole.objects.create(user=user, edition=edition, role="organizer")
    return logged_in(user)


@pytest.fixture
def rehearsal(edition, organizer):
    return rehearse(source=edition, people=3, by=organizer.user, at=NOW)


def page(name, edition):
    return reverse(f"admin:programme_edition_{name}", args=[edition.pk])


def test_organizer_makes_one_and_is_led_to_it(organizer, edition):
    assert page("rehearse", edition) in shown(organizer.get(change(edition)))

    answer = send(organizer, page("rehearse", edition), "rehearsal_form", people="4")

    made = Edition.objects.get(is_rehearsal=True)
    assert answer.url == change(made)
    assert "read them under" in told(answer)[0]
    assert made.registrations.count() == 4
    shows = shown(organizer.get(change(made)))
    assert "Rehearsal \u2013 nothing here is real" in shows
    assert page("remove_rehearsal", made) in shows
    assert page("rehearse", made) not in shows


@pytest.mark.parametrize("people", ["", "-1", "101", "many"])
def test_number_that_is_none_is_refused(organizer, edition, people):
    answer = send(organizer, page("rehearse", edition), "rehearsal_form", people=people)

    assert answer.status_code == 422
    assert "errornote" in shown(answer)
    assert not Edition.objects.filter(is_rehearsal=True).exists()


def test_second_one_is_refused_and_the_first_named(organizer, edition, rehearsal):
    asked = shown(organizer.get(page("rehearse", edition)))
    sent = organizer.post(page("rehearse", edition), {"people": "1"})

    assert change(rehearsal) in asked
    assert sent.status_code == 422
    assert Edition.objects.filter(is_rehearsal=True).count() == 1


def test_it_is_removed_once_somebody_has_said_so(organizer, edition, rehearsal):
    asked = shown(organizer.get(page("remove_rehearsal", rehearsal)))

    answer = organizer.post(page("remove_rehearsal", rehearsal))

    assert "3 registrations" in asked
    assert answer.url == "/admin/programme/edition/"
    assert "rows of the database" in told(answer)[0]
    assert list(Edition.objects.all()) == [edition]
    assert not Registration.objects.exists()
    assert TrailEntry.objects.filter(kind="deleted", detail="rehearsal").exists()


def test_pages_are_for_what_they_are_about(organizer, edition, rehearsal):
    assert organizer.get(page("rehearse", rehearsal)).status_code == 404
    assert organizer.post(page("remove_rehearsal", edition)).status_code == 404
    stranger = logged_in(UserFactory())
    assert stranger.post(page("remove_rehearsal", rehearsal)).status_code == 404
    assert Edition.objects.count() == 2


def test_title_keeps_its_mark(organizer, rehearsal):
    refused = send(organizer, change(rehearsal), "edition_form", title_en="AI and medicine")
    saved = send(organizer, change(rehearsal), "edition_form", title_en="Rehearsal \u2013 AI")

    assert "The title of a rehearsal begins with" in shown(refused)
    assert saved.status_code == 302
    rehearsal.refresh_from_db()
    assert rehearsal.title_en == "Rehearsal \u2013 AI"


def test_kept_mail_is_read_and_others_are_not(organizer, rehearsal):
    first, second = OutgoingMail.objects.order_by("created_at", "id")[:2]
    deliver_due(clock=lambda: NOW)
    OutgoingMail.objects.filter(pk=second.pk).update(state="sent", sent_at=NOW)
    registration = Registration.objects.get(pk=first.about.split(":")[1])

    def text(one):
        return shown(organizer.get(f"/admin/outbox/outgoingmail/{one.pk}/change/"))

    def picture(one):
        return organizer.get(reverse("admin:outbox_outgoingmail_letter", args=[one.pk]))

    assert registration.page_token in text(first)
    assert picture(first).request["PATH_INFO"] in text(first)
    assert registration.page_token in shown(picture(first))
    assert picture(first)["Content-Security-Policy"].startswith("sandbox ")
    assert 'class="letter"' not in text(second)
    assert picture(second).status_code == 404
    Registration.objects.update(status="cancelled")
    assert "no longer true" in text(first)
    assert picture(first).status_code == 404
