"""Make the pictures of the README and of the organizers' guide from a running demo.

    .venv/bin/python docs/make_screenshots.py LINK

LINK is the one that the demo prints to sign in as an organizer. It needs Chromium on the machine, and registers somebody
invented to have a ticket to show; best with a demo of its own, since it also writes a message that it does not send.
"""

import re
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "screenshots"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
MAIL_WAIT_SECONDS = 30
MESSAGE = {
    "subject_fr": "Le programme de la journée",
    "body_fr": "Bonjour {name},\n\nles portes ouvrent à 13 h. Votre billet : {link}",
    "subject_en": "The programme of the day",
    "body_en": "Dear {name},\n\nthe doors open at 1 pm. Your ticket: {link}",
}


def open_page(browser: Browser, width: int, height: int, scheme: str = "light") -> Page:
    sizes = {"width": width, "height": height}
    context = browser.new_context(viewport=sizes, color_scheme=scheme, locale="fr-FR")  # type: ignore[arg-type]
    return context.new_page()


def shoot(page: Page, name: str) -> None:
    page.screenshot(path=str(FOLDER / f"{name}.png"))


def ticket_of_somebody(page: Page, origin: str, form: str) -> str:
    """Register through the form, wait for the mail, and return the link in it."""
    page.goto(f"{origin}{form}")
    address = f"camille.essai.{int(time.time())}@example.org"
    page.fill("#email", address)
    page.fill("#given_name", "Camille")
    page.fill("#family_name", "Essai")
    page.select_option("#profile", "researcher")
    page.check("#mode-onsite")
    page.click("form button[type=submit]")
    deadline = time.monotonic() + MAIL_WAIT_SECONDS
    while time.monotonic() < deadline:
        page.goto(f"{origin}/mailbox/")
        mail = page.locator("main a", has_text=re.compile("Essai|confirm", re.IGNORECASE)).first
        if address in page.content() and mail.count():
            mail.click()
            link = re.search(r"/fr/registrations/\w+/", page.content())
            if link:
                return link[0]
        page.wait_for_timeout(500)
    raise SystemExit("The mail did not arrive: does the demo run?")


def shoot_public_pages(browser: Browser, origin: str) -> None:
    page = open_page(browser, 1280, 860)
    page.goto(f"{origin}/fr/")
    form = page.locator("a[href$='/register/']").first.get_attribute("href") or ""
    edition = form.removesuffix("register/")
    shoot(page, "desk")
    phone = open_page(browser, 360, 720)
    phone.goto(f"{origin}{edition}")
    shoot(phone, "phone")
    dark = open_page(browser, 1280, 860, "dark")
    dark.goto(f"{origin}{edition.replace('/fr/', '/en/')}programme/")
    shoot(dark, "dark")
    page.goto(f"{origin}{ticket_of_somebody(page, origin, form)}")
    shoot(page, "ticket")


def shoot_desk(browser: Browser, origin: str, link: str) -> None:
    """Make each picture of the guide in both languages; a message is written once, in both."""
    page = open_page(browser, 1280, 800)
    page.goto(link)
    edition = page.locator("main a[href*='/edition/'][href$='/dashboard/']").first.get_attribute("href") or ""
    number = edition.split("/")[-3]
    page.goto(f"{origin}/admin/registrations/message/add/")
    page.locator("ul.chosen a").first.click()
    for field, text in MESSAGE.items():
        page.fill(f"[name={field}]", text)
    page.click("[name=_save]")
    places = {
        "dashboard": edition,
        "programme": edition.replace("dashboard", "programme"),
        "checklist": edition.replace("dashboard", "publish"),
        "registrations": f"/admin/registrations/registration/?edition__id__exact={number}",
        "message": page.url.removeprefix(origin),
    }
    for language in ("fr", "en"):
        switch = page.locator(f"form.languages button[value={language}]")
        if switch.count():
            switch.click()
        for name, place in places.items():
            page.goto(f"{origin}{place}")
            shoot(page, f"{name}.{language}")


def main(link: str) -> None:
    parts = urlsplit(link)
    origin = f"{parts.scheme}://{parts.netloc}"
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        shoot_public_pages(browser, origin)
        shoot_desk(browser, origin, link)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
