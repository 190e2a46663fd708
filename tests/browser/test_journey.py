"""What a researcher does on a telephone, from the form to the cancellation, in a real browser."""

import pytest
from django.utils import timezone

from registrations.models import Registration
from tests.factories import EditionFactory, SeatPoolFactory


@pytest.fixture
def open_edition(transactional_db):
    now = timezone.now()
    edition = EditionFactory(
        starts_at=now + timezone.timedelta(days=30),
        ends_at=now + timezone.timedelta(days=30, hours=4),
        registration_opens_at=now - timezone.timedelta(days=1),
        registration_closes_at=now + timezone.timedelta(days=29),
        confirms_email=True,
    )
    SeatPoolFactory(edition=edition, mode="onsite", capacity=5)
    SeatPoolFactory(edition=edition, mode="online", capacity=None)
    return edition


@pytest.mark.parametrize("language", ["fr", "en"])
def test_register_confirm_change_and_cancel_on_a_telephone(visit, open_edition, language):
    visitor = visit(viewport={"width": 360, "height": 740})
    page = visitor.page

    def state():
        return page.locator("main").get_attribute("data-status")

    visitor.open(f"/{language}/{open_edition.slug}/register/")
    page.fill("#email", "camille@example.org")
    page.fill("#family_name", "Essai")
    page.select_option("#profile", "student")
    page.check("#mode-onsite")
    page.click("form button[type=submit]")
    assert state() == "pending"

    own = f"/{language}/registrations/{Registration.objects.get().page_token}/"
    visitor.open(own)
    page.click("form button[type=submit]")
    assert state() == "confirmed"

    visitor.open(f"{own}edit/")
    page.check("#mode-online")
    page.click("form button[type=submit]")
    assert (state(), Registration.objects.get().mode) == ("confirmed", "online")

    visitor.open(f"{own}cancel/")
    page.click("form button[type=submit]")
    assert state() == "cancelled"
    assert visitor.complaints == []
