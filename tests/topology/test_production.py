"""The whole installation as processes, used over HTTP and SMTP alone."""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import yaml

from tests.topology.processes import ROOT, free_port, installed, is_listening, running, wait_until
from tests.topology.visitor import Browser, Mailbox

OPEN_AN_EDITION = """
from datetime import timedelta
from django.utils import timezone
from programme.models import Edition, SeatPool
at = timezone.now()
edition = Edition.objects.create(
    slug="2027", ordinal=3, title_fr="IA et médecine", title_en="AI and medicine", status="published",
    starts_at=at + timedelta(days=60), ends_at=at + timedelta(days=60, hours=4),
    registration_opens_at=at - timedelta(days=1), registration_closes_at=at + timedelta(days=59),
)
SeatPool.objects.create(edition=edition, mode="onsite", capacity=100)
SeatPool.objects.create(edition=edition, mode="online", capacity=None)
"""


@pytest.fixture(scope="module")
def mailbox():
    with Mailbox(free_port()) as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def site(mailbox):
    folder = Path(tempfile.mkdtemp(prefix="symposium-tests-"))
    try:
        with installed(folder, mailbox.port) as installation:
            installation.manage("shell", "--command", OPEN_AN_EDITION)
            with running(installation) as site:
                yield site
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def browser(site):
    return Browser(site.origin)


def register(browser, email, language="fr"):
    form = browser.get(f"/{language}/2027/register/")
    assert form.status == 200
    fields = {
        "email": email,
        "given_name": "Ada",
        "family_name": "Exemple",
        "affiliation": "Institut exemplaire",
        "country": "FR",
        "profile": "researcher",
        "attendance_mode": "onsite",
    }
    return browser.post(f"/{language}/2027/register/", form.hidden | fields)


def test_site_lives_and_is_ready(browser):
    assert browser.get("/healthz").status == 200
    assert browser.get("/readyz").status == 200


@pytest.mark.parametrize("language", ["fr", "en"])
def test_home_page_and_its_style_are_served(browser, language):
    home = browser.get(f"/{language}/")

    assert home.status == 200
    assert f'<html lang="{language}"' in home.text
    stylesheet = browser.get(re.search(r'href="(/static/[^"]+\.css)"', home.text)[1])
    assert stylesheet.status == 200
    # Its name holds a digest of its content, so that it may be kept for ever.
    assert "immutable" in stylesheet.headers["Cache-Control"]


@pytest.mark.parametrize(("language", "address"), [("fr", "ada@example.org"), ("en", "grace@example.org")])
def test_registering_brings_a_mail_whose_link_opens_the_page_of_the_person(browser, site, mailbox, language, address):
    answer = register(browser, address, language)

    assert answer.status == 303
    assert browser.get(answer.headers["Location"]).main["data-status"] == "confirmed"
    mail = mailbox.wait_for(address)
    text = mail.get_body("plain").get_content()
    link = re.search(rf"{re.escape(site.origin)}/{language}/registrations/\S+/", text)[0]
    page = browser.get(link)
    assert page.status == 200
    assert page.main["data-status"] == "confirmed"
    assert page.main["data-reference"] in text


def test_database_away_is_said_in_both_languages_and_forgotten_when_it_is_back(browser, site):
    assert browser.get("/fr/2027/").status == 200
    site.database.stop()
    try:
        away = browser.get("/fr/2027/")
        alive, ready = browser.get("/healthz"), browser.get("/readyz")
    finally:
        site.database.start()

    assert away.status == 503
    assert int(away.headers["Retry-After"]) > 0
    assert 'lang="en"' in away.text
    assert 'lang="fr"' in away.text
    assert (alive.status, ready.status) == (200, 503)
    assert browser.get("/fr/2027/").status == 200


# A mail whose worker died stays claimed for three minutes before another takes it over.
RECOVERY_SECONDS = 240


def test_broker_away_holds_up_nobody_and_loses_no_mail(browser, site, mailbox):
    site.valkey.kill()
    try:
        started = time.monotonic()
        answer = register(browser, "alan@example.org")
        login = browser.get("/fr/account/login/")
        took = time.monotonic() - started
    finally:
        site.valkey.start()
        wait_until(lambda: is_listening(site.installation.valkey_port))

    assert (answer.status, login.status) == (303, 200)
    assert took < 10
    assert mailbox.wait_for("alan@example.org", timeout=RECOVERY_SECONDS)


def test_worker_away_loses_no_mail(browser, site, mailbox):
    site.worker.kill()
    try:
        register(browser, "kurt@example.org")
    finally:
        site.worker.start()

    assert mailbox.wait_for("kurt@example.org", timeout=RECOVERY_SECONDS)


def health_check(name):
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][name]["healthcheck"]["test"]


def test_health_check_of_the_scheduler_passes(site):
    kind, command = health_check("beat")
    command = command.replace("/tmp ", f"{site.installation.folder} ")

    assert kind == "CMD-SHELL"
    wait_until(lambda: subprocess.run(["sh", "-c", command], check=False).returncode == 0)


def test_health_check_of_the_worker_passes(site):
    _kind, command = health_check("worker")
    assert command.startswith("celery ")
    program = f"{sys.executable} -m {command}".replace("$$HOSTNAME", "$(hostname)")
    installation = site.installation
    wait_until(lambda: is_listening(installation.valkey_port))

    def is_healthy():
        asked = subprocess.run(
            ["sh", "-c", program], cwd=installation.code, env=installation.environment, capture_output=True, check=False
        )
        return asked.returncode == 0

    wait_until(is_healthy, timeout=60)
