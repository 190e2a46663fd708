"""Certificates of attendance, and checking them."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import override_settings
from pypdf import PdfReader

from programme.models import Edition
from registrations.models import Registration
from registrations.services import certificates, door, privacy
from registrations.views import certificates as views
from symposium.lib.limits import Budget
from tests.factories import NOW, PartnershipFactory, SessionFactory
from tests.registrations.views.test_page import registered, url

CHECK = "/en/certificates/"


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def after(edition):
    return edition.ends_at + timedelta(minutes=1)


def came(edition, **more):
    registration = registered(edition, **more)
    door.check_in(registration=registration, by=None, source="qr", gate="", at=edition.starts_at)
    return registration


def ask(client, number, name):
    return client.post(CHECK, {"number": number, "name": name})


def test_who_came_gets_a_certificate_once_the_edition_is_over(client, edition, after, time_machine):
    PartnershipFactory(edition=edition, role="organizer", organisation__name_en="Academy of Examples")
    Edition.objects.update(title_en="AI and medicine", venue_en="Great hall", city_en="Paris")
    registration = came(edition)
    assert client.get(url(registration, "certificate.pdf"))["Location"] == url(registration)

    time_machine.move_to(after)
    response = client.get(url(registration, "certificate.pdf"))

    registration.edition.refresh_from_db()
    number = certificates.number_of(registration, at=after)
    reader = PdfReader(io.BytesIO(response.content))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert response["Content-Disposition"] == f'inline; filename="symposium-{edition.slug}-certificate.pdf"'
    assert (len(reader.pages), reader.metadata.title) == (1, "Certificate of attendance, Camille Essai")
    for words in ("Camille Essai", "attended on site", "AI and medicine", "Great hall", "Academy of Examples", number):
        assert words in text
    assert "http://testserver/en/certificates/" in text
    assert f'href="{url(registration, "certificate.pdf")}"' in client.get(url(registration)).content.decode()


def test_certificate_names_the_sessions_at_whose_door_the_person_was(client, edition, after, time_machine):
    registration = came(edition)
    session, other = (
        SessionFactory(edition=edition, title_fr="Imagerie"),
        SessionFactory(edition=edition, title_fr="Essais"),
    )
    door.check_in(registration=registration, by=None, source="qr", gate="", at=edition.starts_at, session=session)
    time_machine.move_to(after)

    text = PdfReader(io.BytesIO(client.get(url(registration, "certificate.pdf", "fr")).content)).pages[0].extract_text()

    assert "Attestation de participation" in text
    assert "Imagerie" in text
    assert other.title_fr not in text


def test_certificate_of_somebody_online_names_no_place(client, edition, after, time_machine):
    Edition.objects.update(venue_en="Great hall")
    registration = came(edition, mode="online")
    time_machine.move_to(after)

    text = PdfReader(io.BytesIO(client.get(url(registration, "certificate.pdf")).content)).pages[0].extract_text()

    assert "attended online" in text
    assert "Great hall" not in text


def test_who_did_not_come_gets_none(client, edition, after, time_machine):
    registration = registered(edition)
    time_machine.move_to(after)

    assert client.get(url(registration, "certificate.pdf")).status_code == 303
    assert "certificate.pdf" not in client.get(url(registration)).content.decode()


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_an_edition_that_did_not_take_place_certifies_nobody(edition, after, status):
    registration = came(edition)
    registration.edition.status = status

    assert not certificates.is_earned(registration, at=after)


def test_cancelled_registration_certifies_nothing(edition, after):
    registration = came(edition)
    registration.status = Registration.Status.CANCELLED

    with pytest.raises(certificates.NotEarned):
        certificates.number_of(registration, at=after)


def test_anybody_checks_a_certificate(client, edition, after, time_machine):
    registration = came(edition)
    number = certificates.number_of(registration, at=after)
    time_machine.move_to(after)

    for typed, name in ((number, "Camille Essai"), (number.lower().replace("-", " "), "essaï")):
        page = ask(client, typed, name).content.decode()
        assert "Authentic" in page
        assert str(registration.reference) not in page.replace(typed, "")


@pytest.mark.parametrize("change", ["last letter", "cut", "longer", "invented", "odd"])
def test_invented_number_is_none_of_ours(client, edition, after, time_machine, change):
    number = certificates.number_of(came(edition), at=after)
    time_machine.move_to(after)
    typed = {
        "last letter": number[:-1] + ("0" if number[-1] != "0" else "1"),
        "cut": number[:12],
        "longer": number + "0",
        "invented": "SYM-0000-0000-0000-0000",
        "odd": "é\u202e#",
    }[change]

    response = ask(client, typed, "Camille Essai")

    assert response.status_code == 200
    assert "Not found" in response.content.decode()


def test_number_with_another_name_is_none_of_ours(client, edition, after, time_machine):
    number = certificates.number_of(came(edition), at=after)
    time_machine.move_to(after)

    page = ask(client, number, "Somebody Else").content.decode()

    assert "Not found" in page
    assert "Camille" not in page


def test_certificate_is_no_longer_checked_after_erasure_or_without_its_key(client, edition, after, time_machine):
    registration = came(edition)
    number = certificates.number_of(registration, at=after)
    time_machine.move_to(after)
    with override_settings(TICKET_KEYS=["another-key-of-thirty-two-letters-00"]):
        assert "Not found" in ask(client, number, "Camille Essai").content.decode()

        assert certificates.number(registration.reference, registration.pk, registration.key_version) == ""

    privacy.erase(registration=registration, at=after)

    assert "Not found" in ask(client, number, "Camille Essai").content.decode()


def test_form_says_what_is_missing(client, db):
    response = client.post(CHECK, {"number": "x" * 61, "name": ""})

    assert response.status_code == 422
    page = response.content.decode()
    assert "This number is too long." in page
    assert "Write the name." in page
    assert "<title>Error: " in page


@pytest.mark.parametrize(("language", "words"), [("en", "Too many attempts"), ("fr", "Trop de tentatives")])
def test_one_network_checks_a_few_hundred_in_five_minutes(client, db, monkeypatch, language, words):
    monkeypatch.setattr(views, "PER_NETWORK", Budget("certificates-of-network", most=1, seconds=300))
    form, answers = {"number": "SYM-0000-0000-0000-0000", "name": "Essai"}, {}

    for visitor in ("192.0.78.1", "192.0.78.2", "192.0.79.1", "10.0.0.1"):
        answers[visitor] = client.post(f"/{language}/certificates/", form, REMOTE_ADDR=visitor)

    assert [answer.status_code for answer in answers.values()] == [200, 429, 200, 200]
    assert words in answers["192.0.78.2"].content.decode()
    assert client.get(CHECK, REMOTE_ADDR="192.0.78.1").status_code == 200


def test_page_is_in_french_and_takes_no_other_method(client, db):
    assert "Vérifier une attestation" in client.get("/fr/certificates/").content.decode()
    assert client.put(CHECK).status_code == 405


def test_attendance_list_has_the_numbers_of_who_came(edition, after, tmp_path):
    registration = came(edition)
    registered(edition, name="absent")
    path = tmp_path / "list.csv"

    call_command("export_attendance", edition.slug, profile="machine", output=str(path))

    rows = {
        row["email"]: row["certificate_no"] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    }
    assert rows == {
        "essai@example.org": certificates.number_of(registration, at=after),
        "absent@example.org": "",
    }


def test_number_is_that_of_one_registration_and_one_key(edition):
    first, second = uuid.uuid4(), uuid.uuid4()
    version = registered(edition).key_version

    numbers = {certificates.number("SYM-0000-0000", one, version) for one in (first, second)}

    assert len(numbers) == 2
    assert all(len(number) == len("SYM-0000-0000-0000-0000") for number in numbers)
