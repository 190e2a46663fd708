"""From the form to the figures, as the people of one symposium live it."""

import csv
import email
import io
import json
import re
from datetime import timedelta
from email import policy

import pytest
from django.core import mail
from django.core.management import call_command

from programme.models import StaffRole
from registrations.services import invariants
from symposium.outbox.delivery import deliver_due
from tests.factories import NOW, UserFactory

WORDS = {
    "fr": {"confirmed": "Votre place est confirmée", "promoted": "Une place s\u2019est libérée", "online": "En ligne"},
    "en": {"confirmed": "Your place is confirmed", "promoted": "A seat has become yours", "online": "Online"},
}


def register(client, edition, language, address, mode="onsite"):
    url = f"/{language}/{edition.slug}/register/"
    form = client.get(url).content.decode()
    answers = {
        "nonce": re.search(r'name="nonce" value="([^"]+)"', form)[1],
        "email": address,
        "given_name": "Camille",
        "family_name": address.split("@")[0].title(),
        "profile": "researcher",
        "attendance_mode": mode,
    }
    response = client.post(url, answers)
    return re.search(r'data-status="(\w+)"', client.get(response["Location"]).content.decode())[1]


def letters(at=NOW):
    """Deliver what waits; return what arrived, by address."""
    mail.outbox.clear()
    deliver_due(clock=lambda: at)
    arrived = [email.message_from_bytes(message.message().as_bytes(), policy=policy.default) for message in mail.outbox]
    return {message["To"]: message for message in arrived}


def link_in(message):
    return re.search(r"http://testserver(/\w\w/registrations/\w+/)", message.get_body(("plain",)).get_content())[1]


def ticket_in(client, page):
    code = re.search(r'data-reference="([^"]+)"', client.get(page).content.decode())[1]
    assert code.startswith("SYM-")
    return code


@pytest.mark.parametrize("language", ["fr", "en"])
def test_two_people_one_seat_a_door_and_the_figures(client, edition, language, time_machine):
    time_machine.move_to(NOW, tick=False)
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    organizer = UserFactory()
    for role in (StaffRole.Role.ORGANIZER, StaffRole.Role.DOOR):
        StaffRole.objects.create(user=organizer, edition=edition, role=role)

    # Three register: one has the seat, one waits, one follows online.
    assert register(client, edition, language, "first@example.org") == "confirmed"
    assert register(client, edition, language, "second@example.org") == "waiting"
    assert register(client, edition, language, "third@example.org", "online") == "confirmed"
    arrived = letters()
    assert set(arrived) == {"first@example.org", "second@example.org", "third@example.org"}
    assert WORDS[language]["confirmed"] in arrived["first@example.org"]["Subject"]
    first, second = link_in(arrived["first@example.org"]), link_in(arrived["second@example.org"])
    assert 'data-position="1"' in client.get(second).content.decode()
    assert WORDS[language]["online"] in client.get(link_in(arrived["third@example.org"])).content.decode()

    # The first cannot come; the second gets the seat and is told.
    assert client.post(f"{first}cancel/").status_code == 303
    arrived = letters()
    assert WORDS[language]["promoted"] in arrived["second@example.org"]["Subject"]
    assert 'data-status="confirmed"' in client.get(second).content.decode()
    reference = ticket_in(client, second)

    # At the door the ticket opens once.
    time_machine.move_to(edition.starts_at, tick=False)
    client.force_login(organizer)
    door = f"/checkin/{edition.slug}/"
    entered = client.post(door, {"q": reference, "gate": "A"}).content.decode()
    again = client.post(door, {"q": reference, "gate": "B"}).content.decode()
    assert ("in-ok" in entered, "in-twice" in again) == (True, True)

    # Afterwards the file and the figures say who came.
    out = io.StringIO()
    time_machine.move_to(edition.ends_at + timedelta(hours=1), tick=False)
    call_command("report", edition.slug, format="json", stdout=out)
    assert '"present": 1' in json.dumps(json.loads(out.getvalue())) or "present" in out.getvalue()
    assert not [finding for finding in invariants.verify() if not finding.holds]


def test_attendance_file_has_one_row_a_registration(client, edition, tmp_path, time_machine):
    time_machine.move_to(NOW, tick=False)
    register(client, edition, "fr", "first@example.org")
    register(client, edition, "fr", "=second@example.org")

    call_command("export_attendance", edition.slug, output=str(tmp_path / "file.csv"))

    data = (tmp_path / "file.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert sorted(row["courriel"] for row in rows) == ["'=second@example.org", "first@example.org"]
    assert {row["present"] for row in rows} == {"non"}
