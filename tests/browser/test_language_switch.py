"""Somebody finds the other language with the form half filled in."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from registrations.models import Registration
from tests.factories import EditionFactory, SeatPoolFactory, SessionFactory


@pytest.fixture
def open_edition(transactional_db):
    now = timezone.now()
    edition = EditionFactory(
        starts_at=now + timezone.timedelta(days=30),
        ends_at=now + timezone.timedelta(days=30, hours=4),
        registration_opens_at=now - timezone.timedelta(days=1),
        registration_closes_at=now + timezone.timedelta(days=29),
    )
    SeatPoolFactory(edition=edition, mode="onsite", capacity=5)
    SeatPoolFactory(edition=edition, mode="online", capacity=None)
    SeatPoolFactory(edition=edition, session=SessionFactory(edition=edition), mode="", capacity=None)
    return edition


@pytest.mark.parametrize("has_script", [True, False])
def test_form_goes_on_in_the_other_language(visit, open_edition, has_script):
    visitor = visit(viewport={"width": 360, "height": 740}, java_script_enabled=has_script)
    page = visitor.page
    visitor.open(f"/fr/{open_edition.slug}/register/")
    page.fill("#email", "camille@")
    page.fill("#family_name", "Essai « ému »")
    page.select_option("#country", "BE")
    page.check("#mode-online")
    page.check("#sessions-1")

    page.get_by_role("button", name="English").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(f"{visitor.origin}/en/{open_edition.slug}/register/")
    expect(page.locator("#email")).to_have_value("camille@")
    expect(page.locator("#family_name")).to_have_value("Essai « ému »")
    expect(page.locator("#country")).to_have_value("BE")
    expect(page.locator("#mode-online")).to_be_checked()
    expect(page.locator("#sessions-1")).to_be_checked()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.fill("#email", "camille@example.org")
    page.select_option("#profile", "student")
    page.press("#email", "Enter")
    expect(page.locator("main")).to_have_attribute("data-status", "confirmed")
    assert [r.language for r in Registration.objects.all()] == ["en"]
    assert visitor.complaints == []


def test_switch_keeps_the_change_of_a_registration(visit, open_edition):
    visitor = visit(java_script_enabled=False)
    page = visitor.page
    visitor.open(f"/en/{open_edition.slug}/register/")
    page.fill("#email", "camille@example.org")
    page.fill("#family_name", "Essai")
    page.select_option("#profile", "student")
    page.check("#mode-onsite")
    page.press("#family_name", "Enter")
    expect(page.locator("main")).to_have_attribute("data-status", "confirmed")
    registration = Registration.objects.get()

    visitor.open(f"/en/registrations/{registration.page_token}/edit/")
    page.check("#mode-online")
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("#mode-online")).to_be_checked()
    assert Registration.objects.get().mode == "onsite"
    page.press("#family_name", "Enter")

    expect(page.locator("main")).to_have_attribute("data-status", "confirmed")
    assert Registration.objects.get().mode == "online"
    assert visitor.complaints == []


@pytest.mark.parametrize("width", [360, 1440])
def test_switch_looks_like_the_link_it_is_elsewhere(visit, open_edition, width):
    visitor = visit(viewport={"width": width, "height": 800})
    looks = []
    for path in (f"/fr/{open_edition.slug}/", f"/fr/{open_edition.slug}/register/"):
        visitor.open(path)
        switch = visitor.page.locator(".mast .lang")
        words = ["color", "font-family", "font-size", "line-height", "background-color", "text-decoration-line"]
        style = switch.evaluate("(found, words) => words.map(word => getComputedStyle(found)[word])", words)
        looks.append((style, switch.bounding_box()))

    assert looks[0] == looks[1]
    assert visitor.complaints == []


def test_switch_is_reached_by_keyboard_once(visit, open_edition):
    visitor = visit()
    page = visitor.page
    visitor.open("/fr/ticket/")
    focused = []
    for _key in range(6):
        page.keyboard.press("Tab")
        focused.append(page.evaluate("document.activeElement.textContent.trim()"))

    assert focused.count("English") == 1
    assert "" not in focused[: focused.index("English") + 1]
    page.locator("button.lang").focus()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert visitor.complaints == []
