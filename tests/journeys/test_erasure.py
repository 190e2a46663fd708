"""A marker in everything that a person, or staff about a person, may write: after erasure nothing holds it."""

import base64
import logging
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from registrations.models import Attendee, Registration
from registrations.services import staff
from symposium.lib.logs import ScrubbedFormatter
from symposium.outbox.delivery import deliver_due
from tests.factories import NOW, UserFactory
from tests.registrations.views.test_page import form_of, url
from tests.registrations.views.test_register import ANSWERS, nonce_of

MARKER = "zyxmarker"
EMAIL = f"{MARKER}@example.org"


@pytest.fixture
def mails(settings, tmp_path):
    settings.EMAIL_BACKEND = "symposium.outbox.backends.FolderBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


@pytest.fixture
def log():
    """What is written from now on, by whatever logger."""
    stream, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ScrubbedFormatter())
    root.addHandler(handler)
    before, root.level = root.level, logging.DEBUG
    yield stream
    root.removeHandler(handler)
    root.level = before


def tables_with(words):
    """What a dump of the database would show, table by table; sessions are read as their owner would."""
    found = {"django_session" for one in Session.objects.all() if words in str(one.get_decoded()).lower()}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                if words in b"".join(bytes(block) for block in copy).decode().lower():
                    found.add(table)
    return found


def files_with(folder, words):
    """Mails hold their text in base64 as well, at three shifts: those that are to the address are found by it."""
    needles = [words.encode(), *(base64.b64encode(b"-" * shift + words.encode())[4:-4] for shift in (0, 1, 2))]
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    return [path.name for path in files if any(needle in path.read_bytes() for needle in needles)]


def live(client, edition):
    """Register, be refused by the form, change, be written to, be overtaken and decided about; return the registration."""
    form = f"/en/{edition.slug}/register/"
    mine = {name: f"{MARKER} {name}" for name in ("given_name", "family_name", "affiliation")}
    filled = {**ANSWERS, **mine, "email": EMAIL, "nonce": nonce_of(client.get(form))}
    client.post(form, {**filled, "country": MARKER, "profile": MARKER, "sessions": MARKER, "website": MARKER})
    assert client.post(form, filled).status_code == 303
    registration = Registration.objects.get(attendee__email=EMAIL)
    client.post(url(registration, "edit/"), form_of(registration, affiliation=f"{MARKER} again"))
    client.post("/en/ticket/", {"email": EMAIL})
    by = UserFactory()
    staff.confirm(registration=registration, by=by, at=NOW, overtake=True, reason=f"{MARKER} asked")
    staff.cancel(registration=registration, by=by, at=NOW, reason=f"{MARKER} is ill", notify=True)
    staff.restore(registration=registration, by=by, at=NOW, reason=f"{MARKER} is well")
    registration.refresh_from_db()  # it came back with a new link
    return registration


@pytest.mark.django_db(transaction=True)
def test_marker_is_found_nowhere_after_erasure(client, edition, mails, log, time_machine):
    time_machine.move_to(NOW)
    edition.seat_pools.filter(mode="onsite").update(capacity=0)
    registration = live(client, edition)
    deliver_due(clock=timezone.now)
    client.post("/en/ticket/", {"email": EMAIL})
    assert {"registrations_attendee", "registrations_decision", "outbox_outgoingmail"} <= tables_with(MARKER)
    assert files_with(mails, MARKER)

    assert client.post(url(registration, "erase/")).status_code == 200

    assert tables_with(MARKER) == set()
    assert files_with(mails, MARKER) == []
    assert MARKER not in str(getattr(cache._connections[cache._alias], "_cache", {})).lower()
    assert MARKER not in log.getvalue().lower()
    assert not Attendee.objects.exists()
    deliver_due(clock=timezone.now)
    assert files_with(mails, MARKER) == []


@pytest.mark.django_db(transaction=True)
def test_erasure_leaves_the_mails_of_others(client, edition, mails, time_machine):
    time_machine.move_to(NOW)
    form = f"/en/{edition.slug}/register/"
    for name in (MARKER, "other"):
        client.post(form, {**ANSWERS, "email": f"{name}@example.org", "nonce": nonce_of(client.get(form))})
    deliver_due(clock=timezone.now)

    client.post(url(Registration.objects.get(attendee__email=EMAIL), "erase/"))

    [left] = mails.iterdir()
    assert b"To: other@example.org" in left.read_bytes()
