"""Logs hold no name, no address and no token, whatever goes wrong and however much they are asked to say."""

import logging
import logging.config
import runpy
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import IntegrityError, connection

from registrations.models import Attendee, Registration
from registrations.services import privacy
from symposium.lib.logs import ScrubbedFormatter, scrub
from symposium.outbox.delivery import deliver_due
from tests.factories import NOW
from tests.registrations.views.test_register import ANSWERS, nonce_of
from tests.symposium.outbox.servers import Sink, listening

MARKER = "zyxmarker"
TOKEN = "Abc-123_" * 4


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (f"Not Found: /fr/registrations/{TOKEN}/edit/", "Not Found: /fr/registrations/…/edit/"),
        (f"Not Found: /t/{TOKEN}/", "Not Found: /t/…/"),
        (f'"GET /u/{TOKEN}?x=1 HTTP/1.1" 404', '"GET /u/…?x=1 HTTP/1.1" 404'),
        ("Not Found: /fr/2027/register/", "Not Found: /fr/2027/register/"),
        ("550 <ada@example.org>: no such user", "550 <…@…>: no such user"),
        ("{'ada@example.org': (550, b'no ada@example.org')}", "{'…@…': (550, b'no …@…')}"),
        ("DETAIL:  Key (email)=(ada) already exists.\nnext", "DETAIL: …\nnext"),
    ],
)
def test_line_is_scrubbed(said, written):
    assert scrub(said) == written


@contextmanager
def written(level):
    """What the handler of the settings writes, with every logger at a level, those of libraries too."""
    stream, root = StringIO(), logging.getLogger()
    line = settings.LOGGING["formatters"]["line"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.config.DictConfigurator({"version": 1}).configure_formatter(dict(line)))
    before = root.level
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


@pytest.fixture
def person(time_machine):
    time_machine.move_to(NOW)
    return {**ANSWERS, "email": f"{MARKER}@example.org", "given_name": MARKER, "family_name": MARKER.title()}


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
@pytest.mark.django_db(transaction=True)
def test_journey_with_every_mishap_names_nobody(client, edition, settings, monkeypatch, person, level):
    client.raise_request_exception = False
    email, form = person["email"], f"/fr/{edition.slug}/register/"
    with (
        written(level) as log,
        listening(Sink({MARKER: f"450 <{email}> {MARKER.title()}@example.org is busy"})) as port,
    ):
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
        settings.EMAIL_PORT = port
        filled = {**person, "nonce": nonce_of(client.get(form))}
        assert client.post(form, {**filled, "profile": "boss"}).status_code == 422
        assert client.post(form, filled).status_code == 303
        token = Registration.objects.get().page_token
        page = f"/fr/registrations/{token}/"
        deliver_due(clock=lambda: NOW)
        for path in (
            page,
            f"{page}nowhere/",
            f"/t/{token}/",
            f"/t/{token}/nowhere",
            f"/u/{token}/",
            f"{page}ticket.pdf",
        ):
            client.get(path)
        assert client.put(page).status_code == 405
        client.post("/fr/ticket/", {"email": email})
        for known in (email, "boss@example.org"):
            client.post("/fr/account/login/", {"login": known, "password": MARKER})
            client.post("/fr/account/signup/", {"email": known})
        refuse_the_row_of(Attendee.objects.get(), client, page, monkeypatch)
        privacy.erase_person(email=email, at=NOW)

    said = log.getvalue()
    assert "Not Found: /fr/registrations/…/nowhere/" in said
    assert "duplicate key value" in said
    for secret in (MARKER, MARKER.title(), token, "boss@"):
        assert secret not in said


def refuse_the_row_of(attendee, client, page, monkeypatch):
    """A fault of ours, on the page of somebody, with their row in what the database says of it."""

    def trip(_registration, at):
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO registrations_attendee SELECT * FROM registrations_attendee")

    with monkeypatch.context() as patch:
        patch.setattr("registrations.views.page.place_of", trip)
        assert client.get(page).status_code == 500
    with pytest.raises(IntegrityError, match="duplicate key"):
        trip(None, NOW)


def test_statements_are_not_written_with_their_values():
    assert settings.LOGGING["loggers"]["django.db.backends"] == {"level": "INFO"}


def test_web_server_scrubs_its_errors_and_logs_requests_without_their_path(tmp_path):
    configured = runpy.run_path(str(Path(settings.BASE_DIR) / "gunicorn.conf.py"))
    handler = logging.StreamHandler(StringIO())
    log = SimpleNamespace(
        error_log=SimpleNamespace(handlers=[handler]), error_fmt="[%(levelname)s] %(message)s", datefmt="%H"
    )

    configured["on_starting"](SimpleNamespace(log=log))

    record = logging.LogRecord("x", logging.ERROR, "", 0, "Error handling request /t/%s/", (TOKEN,), None)
    assert isinstance(handler.formatter, ScrubbedFormatter)
    assert handler.format(record) == "[ERROR] Error handling request /t/…/"
    assert configured["accesslog"] is None
    assert not [
        part for part in ("%(r)s", "%(U)s", "%(q)s", "%(h)s", "%(f)s") if part in configured["access_log_format"]
    ]
