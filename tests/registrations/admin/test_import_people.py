"""A list of people, uploaded: what is shown, what confirming it does, and for whom."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from programme.models import Edition, StaffRole
from registrations.admin import import_people
from registrations.models import Registration
from registrations.services import cancel
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import shown, told
from tests.registrations.admin.people_lists import LIST, address, confirm, entered, upload


def test_list_is_shown_first_and_entered_when_it_is_confirmed(organizer, edition):
    preview = upload(organizer, edition)

    assert (preview.status_code, "no-store" in preview["Cache-Control"]) == (200, True)
    assert "2 people would be registered" in shown(preview)
    assert "from this source: the members of the academy." in shown(preview)
    assert not Registration.objects.exists()

    done = confirm(organizer, edition, preview)

    assert (done.status_code, done.url) == (302, f"/admin/registrations/registration/?edition={edition.slug}")
    assert told(done) == ["2 people have a seat."]
    assert entered() == [
        ("Ada", "Lovelace", "ada@example.org", "", "onsite", "other", "", "fr"),
        ("Grace", "Hopper", "grace@example.org", "", "onsite", "other", "", "fr"),
    ]


def test_confirming_twice_enters_once(organizer, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    preview = upload(organizer, edition)

    first, second = confirm(organizer, edition, preview), confirm(organizer, edition, preview)

    assert told(first) == ["1 person has a seat.", "1 person is on the waiting list."]
    assert told(second)[2:] == ["2 people were registered in the meantime, and nothing of theirs changed."]
    assert Registration.objects.count() == 2


def test_what_is_already_there_is_told_apart_from_who_is_new(organizer, edition):
    registered(edition, "ada@example.org")
    cancel.cancel(registration=registered(edition, "grace@example.org"), at=NOW)

    preview = upload(organizer, edition, LIST + ";Neumann;new@example.org\n")

    assert preview.context["counts"] == {"new": 1, "over": 1, "there": 1, "problems": 0}
    page = shown(preview)
    assert "1 person would be registered" in page
    assert "1 person was registered and no longer comes" in page
    assert "1 person is registered already, and stays as they are" in page


def test_list_without_anybody_new_has_nothing_to_confirm(organizer, edition):
    registered(edition, "ada@example.org")

    page = shown(upload(organizer, edition, "nom;courriel\nLovelace;ada@example.org\n"))

    assert "There is nobody new on this list." in page
    assert 'name="people"' not in page


def test_nobody_is_written_to_unless_wished(organizer, edition):
    preview = upload(organizer, edition, writes="", source="")

    assert "Nobody is written to: tell them yourself" in shown(preview)
    confirm(organizer, edition, preview)
    assert list(OutgoingMail.objects.values_list("state", flat=True)) == ["dropped", "dropped"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_letter_says_who_entered_them_and_leads_to_the_notice(organizer, edition, language):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    confirm(organizer, edition, upload(organizer, edition, source="<b>a list</b>", language=language))
    mail.outbox = []

    deliver_due(clock=lambda: NOW)

    words = {
        "en": (
            "the organizers entered you, from this source: <b>a list</b>.",
            "What is kept of you, why and for how long",
        ),
        "fr": (
            "Les organisateurs ont enregistré eux-mêmes votre inscription",
            "Ce qui est conservé de vous, pourquoi et combien de temps",
        ),
    }[language]
    assert len(mail.outbox) == 2
    notice = f"/{language}/privacy/{Registration.objects.first().notice_id}/"
    for message in mail.outbox:
        html = message.alternatives[0][0]
        assert [said for said in (*words, notice) if said not in message.body] == []
        assert ("&lt;b&gt;a list&lt;/b&gt;" in html, "<b>a list" in html, notice in html) == (True, False, True)
    assert organizer.get(notice).status_code == 200


def test_what_is_not_ours_is_not_entered(organizer, edition):
    other, colleague = EditionFactory(), staff(edition, "organizer")
    SeatPoolFactory(edition=other, mode="onsite")
    StaffRole.objects.create(user=organizer.user, edition=other, role="organizer")
    preview = upload(organizer, edition)

    answers = [confirm(organizer, edition, preview, people=people) for people in ("", "x", "\x00")]
    answers += [confirm(organizer, other, preview), confirm(colleague, edition, preview)]

    assert [answer.status_code for answer in answers] == [422] * 5
    assert all("What was shown is more than an hour old. Send the file again." in shown(answer) for answer in answers)
    assert not Registration.objects.exists()


def test_what_is_older_than_an_hour_is_not_entered(organizer, edition, time_machine):
    preview = upload(organizer, edition)
    time_machine.move_to(NOW + timedelta(minutes=61), tick=False)

    assert confirm(organizer, edition, preview).status_code == 422
    assert not Registration.objects.exists()


def test_mode_that_went_in_the_meantime_enters_nobody(organizer, edition):
    preview = upload(organizer, edition)
    edition.seat_pools.filter(mode="onsite").delete()

    response = confirm(organizer, edition, preview)

    assert response.status_code == 422
    assert "Nobody was entered; send the file again." in told(response)[0]


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_edition_that_is_not_published_takes_no_list(organizer, edition, status):
    Edition.objects.update(status=status)

    assert "Nobody can be entered here" in shown(organizer.get(address(edition)))
    assert upload(organizer, edition).status_code == 422


def test_edition_that_ends_between_two_looks_takes_no_list(organizer, edition, monkeypatch):
    preview = upload(organizer, edition)
    monkeypatch.setattr(import_people, "takes_people", lambda _edition, _at: True)
    Edition.objects.update(status="draft")

    response = confirm(organizer, edition, preview)

    assert (response.status_code, "Nobody can be entered here" in shown(response)) == (422, True)


@pytest.mark.parametrize("role", ["door", "reader", "exporter", "needs"])
def test_other_roles_and_other_organizers_see_nothing(edition, role):
    for client in (staff(edition, role), staff(EditionFactory(), "organizer")):
        assert client.get(address(edition)).status_code in {403, 404}
        assert upload(client, edition).status_code in {403, 404}
    assert not Registration.objects.exists()


def test_edition_page_leads_here_and_the_trail_tells_the_numbers(organizer, edition):
    assert address(edition) in shown(organizer.get(reverse("admin:programme_edition_change", args=[edition.pk])))
    confirm(organizer, edition, upload(organizer, edition))

    page = shown(organizer.get("/admin/trail/trailentry/"))

    assert "added: list of people" in page
    assert [words for words in ("people entered", "written to") if words not in page] == []
    assert "Lovelace" not in page


def test_many_people_fit(organizer, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=900)
    lines = (f"Camille{number};Essai;p{number}@example.org;Institut {number % 97}\n" for number in range(1_000))

    preview = upload(organizer, edition, "prenom;nom;courriel;affiliation\n" + "".join(lines))
    done = confirm(organizer, edition, preview)

    assert told(done) == ["900 people have a seat.", "100 people are on the waiting list."]
