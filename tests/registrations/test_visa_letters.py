"""Letters of invitation: asking, issuing, declining, checking, and what becomes of them."""

import io
from datetime import timedelta

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from programme.models import Edition
from registrations.mails import letters
from registrations.models import VisaLetter
from registrations.services import cancel, change, move_online, privacy, visa_letters
from registrations.services.visa_letters import NotOffered, NotPossible, Traveller
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.factories import NOW, PartnershipFactory, UserFactory, asked_letter, wish
from tests.registrations.views.test_page import registered, url

CHECK = "/en/certificates/"
ADA = Traveller("Ada Marie EXAMPLE", "SN", "A01234567")
FORM = {"passport_name": "Ada Marie EXAMPLE", "nationality": "SN", "passport_number": "A01234567"}


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def edition(edition):
    edition.offers_visa_letters = True
    edition.signatory_name = "Claire Exemple"
    edition.signatory_function_fr, edition.signatory_function_en = "Présidente", "President"
    edition.organizer_address_fr = "1, rue de l'Exemple\n75006 Paris"
    edition.organizer_address_en = "1 rue de l'Exemple\n75006 Paris, France"
    edition.save()
    return edition


@pytest.fixture
def registration(edition):
    return registered(edition)


def issued(registration):
    letter = asked_letter(registration)
    visa_letters.issue(letter=letter, by=UserFactory(), at=NOW)
    return VisaLetter.objects.get()


def check(client, letter, name="Ada Marie Example"):
    page = client.post(CHECK, {"number": visa_letters.number_of(letter), "name": name})
    return page.content.decode()


def letters_to(registration, *kinds):
    mails = OutgoingMail.objects.filter(about=registration.mail_about, kind__in=kinds)
    return [message.body for message in letters.render(list(mails)).values()]


# Asking


def test_person_asks_for_a_letter_and_corrects_it(client, registration):
    page = client.get(url(registration, "invitation/")).content.decode()
    assert 'value="Camille Essai"' in page
    assert "Saturday 19 June 2027" in page

    for name in ("Ada EXAMPLE", "Ada Marie EXAMPLE"):
        response = client.post(url(registration, "invitation/"), FORM | {"passport_name": name})
        assert (response.status_code, response["Location"]) == (303, url(registration, "invitation/"))

    letter = VisaLetter.objects.get()
    assert (letter.status, letter.passport_name, letter.nationality) == ("asked", "Ada Marie EXAMPLE", "SN")
    page = client.get(url(registration, "invitation/")).content.decode()
    assert 'data-letter="asked"' in page
    assert '<option value="SN" selected>' in page
    assert "See my request" in client.get(url(registration)).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("passport_name", "", "Write your name as it stands in your passport."),
        ("passport_name", "x" * 201, "This name is too long."),
        ("passport_name", "Ada\x00", "This contains characters that cannot be read."),
        ("nationality", "", "Choose the country whose passport you hold."),
        ("nationality", "XX", "Choose a country of the list."),
        ("passport_number", "1" * 31, "This number is too long."),
    ],
)
def test_form_says_what_is_wrong_and_keeps_nothing(client, registration, field, value, words):
    response = client.post(url(registration, "invitation/"), FORM | {field: value})

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not VisaLetter.objects.exists()


def test_sending_an_issued_request_again_changes_nothing(registration):
    issued(registration)

    visa_letters.ask(registration=registration, traveller=ADA, at=NOW)

    assert VisaLetter.objects.get().status == "issued"


def test_correcting_an_issued_letter_asks_anew(registration):
    letter = issued(registration)

    visa_letters.ask(registration=registration, traveller=Traveller("Ada EXAMPLE", "SN", ""), at=NOW)

    letter.refresh_from_db()
    assert (letter.status, letter.decided_by, visa_letters.is_valid(letter, at=NOW)) == ("asked", None, False)


@pytest.mark.parametrize(
    ("fields", "of_edition"),
    [
        ({"mode": "online"}, {}),
        ({"status": "waiting"}, {}),
        ({}, {"offers_visa_letters": False}),
        ({}, {"status": "postponed"}),
        ({}, {"ends_at": NOW}),
    ],
)
def test_nobody_else_asks(client, registration, fields, of_edition):
    for name, value in fields.items():
        setattr(registration, name, value)
    registration.save()
    Edition.objects.update(**({"starts_at": NOW - timedelta(days=1)} | of_edition))
    registration.edition.refresh_from_db()

    with pytest.raises(NotOffered):
        visa_letters.ask(registration=registration, traveller=ADA, at=NOW)
    assert client.get(url(registration, "invitation/"))["Location"] == url(registration)
    assert "invitation/" not in client.get(url(registration)).content.decode()


def test_person_deletes_a_request(client, registration):
    asked_letter(registration)
    assert "Delete your request" in client.get(url(registration, "invitation/")).content.decode()

    response = client.post(url(registration, "invitation/delete/"))

    assert response["Location"] == url(registration)
    assert not VisaLetter.objects.exists()


# Deciding


def test_issued_letter_is_written_about_and_traced(client, registration):
    letter = issued(registration)

    [body] = letters_to(registration, "registration.visa_letter_issued")
    assert "Votre lettre d\u2019invitation est prête" in body
    assert url(registration, "invitation/", "fr") in body
    trace = TrailEntry.objects.get(detail="visa_letter_issued")
    assert (trace.kind, trace.record_id, trace.actor_id) == ("decided", str(registration.pk), letter.decided_by_id)
    page = client.get(url(registration, "invitation/")).content.decode()
    assert "invitation.pdf" in page
    assert "Ask for a corrected letter" in page
    assert "Delete what the letter says of you" in page
    assert "invitation.pdf" in client.get(url(registration)).content.decode()


@pytest.mark.parametrize("message", ["Ask the desk.\n\nPlease.", ""])
def test_declined_letter_says_why_and_keeps_no_passport(client, registration, message):
    visa_letters.decline(letter=asked_letter(registration), by=UserFactory(), at=NOW, message=message)

    letter = VisaLetter.objects.get()
    assert (letter.status, letter.nationality, letter.passport_number) == ("declined", "", "")
    [body] = letters_to(registration, "registration.visa_letter_declined")
    assert ("Ask the desk." in body, "en demander la raison" in body) == (bool(message), not message)
    assert TrailEntry.objects.filter(detail="visa_letter_declined").exists()
    page = client.get(url(registration, "invitation/")).content.decode()
    assert "cannot issue" in page
    assert ("Please." in page) == bool(message)


def test_what_is_decided_is_not_decided_again(registration):
    letter = issued(registration)

    for decide in (visa_letters.issue, lambda **given: visa_letters.decline(**given, message="")):
        with pytest.raises(NotPossible):
            decide(letter=letter, by=UserFactory(), at=NOW)


def test_nobody_is_invited_to_what_is_over(registration):
    letter = asked_letter(registration)

    with pytest.raises(NotPossible):
        visa_letters.issue(letter=letter, by=UserFactory(), at=registration.edition.ends_at)


# The paper


def test_letter_says_the_same_in_both_languages(client, edition, registration):
    PartnershipFactory(edition=edition, organisation__name_fr="Académie", organisation__name_en="Academy")
    letter = issued(registration)

    response = client.get(url(registration, "invitation.pdf"))

    assert response["Content-Disposition"] == f'inline; filename="symposium-{edition.slug}-invitation.pdf"'
    reader = PdfReader(io.BytesIO(response.content))
    french, english = (" ".join(page.extract_text().split()) for page in reader.pages)
    for page in (french, english):
        for words in ("Ada Marie EXAMPLE", "A01234567", "Claire Exemple", visa_letters.number_of(letter), "75006"):
            assert words in page
    for words in (
        "Lettre d\u2019invitation",
        "Sénégal",
        "IA et médecine",
        "Présidente",
        "Académie",
        "/fr/certificates/",
    ):
        assert words in french
    for words in ("Letter of invitation", "Senegal", "AI and medicine", "President", "Academy", "/en/certificates/"):
        assert words in english
    assert reader.metadata.title == "Lettre d\u2019invitation / Letter of invitation, Ada Marie EXAMPLE"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_longest_letter_stays_on_its_pages(client, edition, registration):
    edition.organizer_address_fr = "\n".join(["Une ligne d'adresse"] * 30)
    edition.signatory_function_fr = edition.signatory_function_en = ""
    edition.save()
    asked_letter(registration, passport_name="Name " * 40, passport_number="", status="issued", issued_at=NOW)

    reader = PdfReader(io.BytesIO(client.get(url(registration, "invitation.pdf")).content))

    assert len(reader.pages) == 2
    assert "Passport number" not in reader.pages[1].extract_text()


def test_who_has_no_letter_gets_none(client, registration):
    assert client.get(url(registration, "invitation.pdf"))["Location"] == url(registration)
    asked_letter(registration)
    assert client.get(url(registration, "invitation.pdf"))["Location"] == url(registration)


# Checking


def test_anybody_checks_a_letter_by_the_name_on_it(client, registration):
    letter = issued(registration)

    page = check(client, letter)
    assert "Authentic" in page
    assert "This letter of invitation is one of ours" in page
    assert "On site" in page
    for hidden in ("A01234567", "Senegal", "Camille"):
        assert hidden not in page
    assert "Not found" in check(client, letter, "Camille Essai")


def test_letter_that_was_never_issued_is_none_of_ours(client, registration):
    letter = asked_letter(registration)

    assert "Not found" in check(client, letter)


def test_cancelled_place_ends_the_letter(client, registration):
    letter = issued(registration)

    cancel.cancel(registration=registration, at=NOW)

    letter.refresh_from_db()
    assert (letter.status, letter.nationality, letter.passport_number) == ("withdrawn", "", "")
    page = check(client, letter)
    assert "No longer valid" in page
    assert "Authentic" not in page


def test_cancelled_place_deletes_a_request(registration):
    asked_letter(registration)

    cancel.cancel(registration=registration, at=NOW)

    assert not VisaLetter.objects.exists()


def test_who_moves_online_travels_nowhere(client, registration):
    letter = issued(registration)

    change.change(registration=registration, wish=wish(registration, mode="online"), at=NOW)

    assert "No longer valid" in check(client, letter)


def test_whole_edition_moved_online_invites_nobody(client, registration):
    letter = issued(registration)

    move_online.move_online(edition=registration.edition, at=NOW)

    assert "No longer valid" in check(client, letter)


def test_letter_ends_with_the_event(client, registration, time_machine):
    letter = issued(registration)
    time_machine.move_to(registration.edition.ends_at)

    assert "No longer valid" in check(client, letter)


def test_who_lost_their_letter_asks_for_another(client, registration):
    issued(registration)
    visa_letters.take_back(registration=registration)
    page = client.get(url(registration, "invitation/")).content.decode()
    assert "no longer valid. You can ask for another" in page

    client.post(url(registration, "invitation/"), FORM)

    assert VisaLetter.objects.get().status == "asked"


# Their data


def test_letter_is_exported_and_erased_with_its_person(client, registration):
    letter = issued(registration)

    [found] = privacy.export_person("essai@example.org")
    assert found["letter_of_invitation"] == {
        "status": "issued",
        **FORM,
        "message": "",
        "asked_at": NOW.isoformat(),
        "issued_at": NOW.isoformat(),
    }
    privacy.erase(registration=registration, at=NOW)

    assert not VisaLetter.objects.exists()
    letter.registration.refresh_from_db()
    assert visa_letters.number_of(letter) == ""


@pytest.mark.parametrize(("days", "left"), [(29, 1), (30, 0)])
def test_letters_go_a_month_after_the_event(registration, days, left):
    issued(registration)
    at = registration.edition.ends_at + timedelta(days=days)

    assert privacy.purge(at=at, dry_run=True).visa_letters == 1 - left
    assert privacy.purge(at=at).visa_letters == 1 - left
    assert VisaLetter.objects.count() == left


def test_letter_in_a_language_without_texts_takes_the_other(client, edition, registration):
    Edition.objects.update(organizer_address_en="", signatory_function_en="")
    with override("en"):
        issued(registration)

    pages = PdfReader(io.BytesIO(client.get(url(registration, "invitation.pdf")).content)).pages

    assert "Présidente" in pages[1].extract_text()
