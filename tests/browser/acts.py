"""What a visitor does on a page before it is looked at."""

import re
from io import StringIO

from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from registrations.services.tickets import ticket_url

LOGINS_IN_A_MINUTE = 100
CODE = re.compile(r"^\s*([A-Z0-9-]{6,})\s*$", re.MULTILINE)


def send(form="main form[method=post]", button="button[type=submit]", **values):
    """Fill in fields by their id and send."""

    def act(page, _world):
        for field, value in values.items():
            page.locator(f"#{field}").fill(value)
        page.locator(form).first.locator(button).first.click()
        page.wait_for_load_state()

    return act


def send_without_cookies(page):
    page.context.clear_cookies()
    send(email="somebody@example.org")(page, None)


def upload_people(page):
    lines = "nom;courriel;voiture\nEssai;new@example.org;bleue\nsans adresse;;\nEssai;online@example.org;\n"
    file = {"name": "liste.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    page.locator("#id_file").set_input_files(file)
    page.locator("#id_source").fill("annuaire")
    page.locator("#people_form .default").click()
    page.wait_for_load_state()


def open_all(page):
    for summary in page.locator(".more > summary").all():
        summary.click()


def open_people(page):
    page.locator("details.more > summary").first.click()


def upload(page, text):
    page.locator("[type=file]").set_input_files({"name": "file.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.locator("#import_form [type=submit]").click()
    page.wait_for_load_state()


def ask_too_often(page):
    """Use up what one network may ask in a minute, and forget it again afterwards."""
    for _time in range(LOGINS_IN_A_MINUTE):
        Client().post("/fr/account/login/", {"login": ""})
    send(id_login="")(page, None)
    cache.clear()


def sign_in_by_code(page, email):
    send(id_login=email)(page, None)
    send(id_code=CODE.search(mail.outbox[-1].body)[1])(page, None)


def scan(page, world, name):
    send(q=ticket_url(world.registrations[name]))(page, world)


def choose(page, action):
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option(action)
    page.locator("#changelist-form button[name=index], .actions button[type=submit]").first.click()
    page.wait_for_load_state()


def report():
    out = StringIO()
    call_command("report", "2022", "--against", "2021", "--format", "html", stdout=out)
    return out.getvalue()
