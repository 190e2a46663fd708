"""Make the pictures of the README from a running demo: ``.venv/bin/python docs/make_screenshots.py [ORIGIN]``.

It needs Chromium on the machine, and registers somebody invented to have a ticket to show.
"""

import re
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "screenshots"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
MAIL_WAIT_SECONDS = 30


def open_page(browser: Browser, width: int, height: int, scheme: str = "light") -> Page:
    sizes = {"width": width, "height": height}
    return browser.new_context(viewport=sizes, color_scheme=scheme).new_page()  # type: ignore[arg-type]


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


def main(origin: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
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
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000")
