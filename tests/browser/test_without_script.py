"""Everything that a visitor needs works without a script, and so does the door."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from registrations.models import CheckIn, Registration
from registrations.services.tickets import ticket_url
from tests.browser import every_state
from tests.browser.test_every_page import session_of


@pytest.fixture
def world(transactional_db):
    return every_state.build(timezone.now())


@pytest.fixture
def plain(visit):
    """A visitor whose browser runs no script."""

    def open_for(user=None):
        visitor = visit(java_script_enabled=False)
        if user is not None:
            visitor.page.context.add_cookies([{"url": visitor.origin, **session_of(user)}])
        return visitor

    return open_for


def test_public_pages_are_read(plain, world):
    visitor = plain()
    page = visitor.page

    visitor.open("/fr/")
    page.get_by_role("link", name="Voir l\u2019édition").click()
    page.get_by_role("link", name="Lire le programme").click()
    page.locator(".prog h2 a, .prog h3 a").first.click()

    assert page.url.startswith(f"{visitor.origin}/fr/{world.coming.slug}/sessions/")
    assert visitor.complaints == []


def test_place_is_taken_seen_and_given_up(plain, world):
    visitor = plain()
    page, main = visitor.page, visitor.page.locator("main")

    visitor.open(f"/en/{world.coming.slug}/register/")
    page.click("form button[type=submit]")
    expect(page.get_by_role("alert")).to_be_visible()
    page.fill("#email", "plain@example.org")
    page.fill("#family_name", "Essai")
    page.select_option("#profile", "student")
    page.check("#mode-onsite")
    page.click("form button[type=submit]")
    expect(main).to_have_attribute("data-status", "confirmed")
    own = Registration.objects.get(attendee__email="plain@example.org")
    visitor.open(f"/en/registrations/{own.page_token}/")
    expect(page.locator(".qr svg")).to_be_visible()
    page.click("main a[href$='cancel/']")
    page.click("form button[type=submit]")

    expect(main).to_have_attribute("data-status", "cancelled")
    assert visitor.complaints == []


def test_somebody_asks_for_a_code_to_sign_in(plain, world):
    visitor = plain()

    visitor.open("/fr/account/login/")
    visitor.page.fill("#id_login", world.member.email)
    visitor.page.locator("main form button.btn").first.click()

    expect(visitor.page.locator("#id_code")).to_be_visible()
    assert visitor.complaints == []


def test_door_admits(plain, world):
    visitor = plain(world.helper)
    page = visitor.page
    visitor.open(f"/checkin/{world.coming.slug}/")

    page.fill("#q", ticket_url(world.registrations["confirmed"]))
    page.keyboard.press("Enter")  # as a scanner does
    expect(page.locator("[data-state=ok]")).to_be_visible()
    page.fill("#q", "rochefoucauld")
    page.click("form button[type=submit]")
    page.locator(".hits button").first.click()
    expect(page.locator("[data-state=ok]")).to_be_visible()

    assert CheckIn.objects.filter(registration__edition=world.coming).count() == 2
    assert visitor.complaints == []
