"""The ticket on paper."""

import io

import pytest
from pypdf import PdfReader

from programme.models import Edition
from registrations.models import Attendee, Registration
from tests.factories import NOW, SeatPoolFactory, SessionFactory
from tests.registrations.views.test_page import registered, url


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


def read(client, registration, language="en"):
    response = client.get(url(registration, "ticket.pdf", language))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    reader = PdfReader(io.BytesIO(response.content))
    assert len(reader.pages) == 1
    return response, reader, " ".join(reader.pages[0].extract_text().split())


def alternatives(reader):
    """Return what is said in place of each picture."""

    def walk(element):
        element = element.get_object()
        if not isinstance(element, dict):
            return
        if "/Alt" in element:
            yield str(element["/Alt"])
        children = element.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            yield from walk(child)

    return list(walk(reader.trailer["/Root"]["/StructTreeRoot"]))


def test_ticket_says_what_the_page_says(client, edition):
    registration = registered(edition)
    Edition.objects.update(
        title_en="AI and medicine", venue_en="Academy", address_en="16 rue Bonaparte", city_en="Paris"
    )

    response, reader, text = read(client, registration)

    for words in (
        "AI and medicine",
        "Camille Essai",
        "Université d\u2019Exemple",
        "On site, Academy, 16 rue Bonaparte, Paris",
        "Paris time",
        registration.reference,
        "The code is read at the entrance",
    ):
        assert words.replace("\u2019", "'") in text.replace("\u2019", "'")
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert alternatives(reader) == ["QR code of your ticket"]
    assert response["Content-Disposition"] == f'inline; filename="symposium-{edition.slug}-ticket.pdf"'
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


def test_ticket_is_french_at_its_french_address(client, edition):
    _response, reader, text = read(client, registered(edition), "fr")

    assert reader.trailer["/Root"]["/Lang"] == "fr"
    assert "Le code est lu à l\u2019entrée\u202f;" in text or "Le code est lu à l\u2019entrée ;" in text


def test_ticket_of_somebody_online_speaks_of_the_link(client, edition):
    _response, _reader, text = read(client, registered(edition, mode="online"))

    assert "The link to follow online is on your page" in text
    assert "entrance; without" not in text


@pytest.mark.parametrize(("status", "words"), [("cancelled", "is cancelled"), ("postponed", "no longer holds")])
def test_ticket_says_what_has_become_of_the_edition(client, edition, status, words):
    registration = registered(edition)
    Edition.objects.update(status=status, date_precision="day")

    assert words in read(client, registration)[2]


def test_ticket_stays_one_page_whatever_is_written_on_it(client, edition):
    sessions = [
        SeatPoolFactory(
            edition=edition, mode="", session=SessionFactory(edition=edition, title_en=f"{n} {'long ' * 38}")
        )
        for n in range(40)
    ]
    registration = registered(edition, sessions=tuple(pool.session for pool in sessions))
    Edition.objects.update(title_en="A title " * 25, venue_en="venue " * 33, address_en="street " * 42)
    Attendee.objects.update(given_name="Marie " * 16, family_name="Dupont " * 14, affiliation="Institute " * 19)

    text = read(client, registration)[2]

    assert "and 32 more on your page" in text
    assert registration.reference in text


@pytest.mark.parametrize("status", ["pending", "requested", "waiting", "cancelled", "refused", "expired"])
def test_without_a_ticket_the_page_says_how_things_stand(client, edition, status):
    registration = registered(edition)
    Registration.objects.update(status=status, hold_expires_at=NOW)

    response = client.get(url(registration, "ticket.pdf"))

    assert (response.status_code, response["Location"]) == (303, url(registration))


def test_ticket_of_nobody_is_not_there(client, edition):
    assert client.get("/en/registrations/nothing/ticket.pdf").status_code == 404
    assert client.post(url(registered(edition), "ticket.pdf")).status_code == 405


def test_page_leads_to_the_ticket(client, edition):
    registration = registered(edition)

    assert (
        f'href="{url(registration, "ticket.pdf")}" type="application/pdf"'
        in client.get(url(registration)).content.decode()
    )
