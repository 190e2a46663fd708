"""An organizer, in French, answers those who asked for a place; the people read the answer."""

import pytest
from playwright.sync_api import expect

from programme.models import StaffRole
from registrations.models import Registration
from tests.browser.test_every_page import session_of
from tests.browser.test_journey import open_edition  # noqa: F401  # the same edition
from tests.factories import UserFactory, registered


@pytest.fixture
def asked(open_edition):  # noqa: F811
    """Four people have asked for one of two seats."""
    open_edition.confirms_email, open_edition.requires_approval = False, True
    open_edition.save()
    open_edition.seat_pools.filter(mode="onsite").update(capacity=2)
    at = open_edition.registration_opens_at
    return [registered(open_edition, f"person{number}@example.org", at=at, language="fr") for number in range(4)]


@pytest.fixture
def organizer(visit, open_edition):  # noqa: F811
    user = UserFactory(language="fr")
    StaffRole.objects.create(user=user, edition=open_edition, role="organizer")
    visitor = visit(locale="fr-FR", viewport={"width": 1440, "height": 900})
    visitor.page.context.add_cookies([{"url": visitor.origin, **session_of(user)}])
    return visitor


def statuses():
    return list(Registration.objects.order_by("attendee__email").values_list("status", flat=True))


def test_three_requests_are_approved_and_one_refused(organizer, asked, visit):
    page = organizer.page
    organizer.open("/admin/")
    expect(page.get_by_text("4 demandes attendent une décision.")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="IA et médecine").first.click()
    page.get_by_role("link", name="en attente d\u2019accord").click()
    for registration in asked[:3]:
        page.locator(f"input.action-select[value='{registration.pk}']").check()
    page.locator("select[name=action]").select_option(label="Accepter…")
    page.get_by_role("button", name="Appliquer").click()
    page.get_by_role("button", name="Accepter").click()

    expect(page.get_by_text("2 inscriptions sont confirmées.")).to_be_visible()
    expect(page.get_by_text("1 inscription est acceptée et sur liste d")).to_be_visible()
    assert statuses() == ["confirmed", "confirmed", "waiting", "requested"]

    organizer.open(f"/admin/registrations/registration/{asked[3].pk}/change/")
    page.get_by_role("button", name="Refuser…").click()
    page.get_by_label("Message aux personnes").fill("Cette journée est réservée aux cliniciens.")
    page.get_by_role("button", name="Refuser").click()

    expect(page.get_by_text("1 demande est refusée.")).to_be_visible()
    assert statuses() == ["confirmed", "confirmed", "waiting", "refused"]
    assert organizer.complaints == []

    person = visit(viewport={"width": 360, "height": 740})
    person.open(f"/fr/registrations/{asked[3].page_token}/")
    expect(person.page.get_by_text("Cette journée est réservée aux cliniciens.")).to_be_visible()
    assert person.complaints == []
