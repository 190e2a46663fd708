"""What a form asks beside, on a telephone and without a script."""

import pytest
from playwright.sync_api import expect

from registrations.models import Consent, Needs
from tests.browser.test_journey import open_edition  # noqa: F401  # the same edition


@pytest.mark.parametrize("has_script", [True, False])
def test_needs_and_consents_from_the_form_to_the_page(visit, open_edition, has_script):  # noqa: F811
    for kind in ("needs", "newsletter", "photos", "attendee_list"):
        setattr(open_edition, f"asks_{kind}", True)
    open_edition.save()
    visitor = visit(viewport={"width": 360, "height": 740}, java_script_enabled=has_script, locale="en-GB")
    page = visitor.page
    visitor.open(f"/en/{open_edition.slug}/register/")
    for field, value in {"email": "ada@example.org", "family_name": "Lovelace"}.items():
        page.locator(f"#{field}").fill(value)
    page.locator("#profile").select_option("researcher")
    page.locator("#mode-onsite").check()
    expect(page.locator("#diet")).to_be_hidden()

    page.get_by_text("Diet and access").click()
    page.locator("#diet").fill("No nuts")
    page.locator("#access-captions").check()
    page.get_by_role("button", name="Send my registration").click()
    expect(page.locator("#needs_consent")).to_be_visible()
    expect(page.locator("#diet")).to_have_value("No nuts")
    expect(page.locator("#access-captions")).to_be_checked()
    page.locator("#needs_consent").check()
    page.get_by_text("What you may agree to").click()
    page.locator("#consent_photos").check()
    page.get_by_role("button", name="Send my registration").click()
    expect(page.get_by_role("heading", name="We have written to you")).to_be_visible()

    token = Needs.objects.get().registration.page_token
    visitor.open(f"/en/registrations/{token}/")
    expect(page.get_by_text("No nuts")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back on")).to_be_visible()
    page.get_by_role("button", name="Delete my needs now").click()
    expect(page.get_by_text("No nuts")).to_have_count(0)

    assert Needs.objects.count() == 0
    assert sorted(Consent.objects.values_list("kind", "is_given")) == [
        ("needs", False), ("needs", True), ("photos", False), ("photos", True)
    ]  # fmt: skip
    assert visitor.complaints == []
