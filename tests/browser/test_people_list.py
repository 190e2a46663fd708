"""An organizer, in French, enters a list that a spreadsheet made, with its errors."""

import pytest
from playwright.sync_api import expect

from programme.models import StaffRole
from registrations.models import Attendee
from tests.browser.test_every_page import session_of
from tests.browser.test_journey import open_edition  # noqa: F401  # the same edition
from tests.factories import UserFactory, registered
from tests.symposium.lib.test_tables import workbook

PEOPLE = workbook(
    ["Prénom", "Nom", "Adresse électronique", "Pays", "Participation", "Voiture"],
    ["Élodie", "Œuvray", "elodie@example.org", "Suisse", "sur place", "bleue"],
    ["Camille", "Essai", "camille@example.org", "", "en ligne", ""],
    ["Dominique", "Sans-Adresse", "dominique", "", "", ""],
    ["Déjà", "Là", "there@example.org", "", "", ""],
)


@pytest.fixture
def organizer(visit, open_edition):  # noqa: F811
    user = UserFactory(language="fr")
    StaffRole.objects.create(user=user, edition=open_edition, role="organizer")
    visitor = visit(locale="fr-FR", viewport={"width": 1440, "height": 900})
    visitor.page.context.add_cookies([{"url": visitor.origin, **session_of(user)}])
    return visitor


def test_list_is_looked_at_and_entered(organizer, open_edition):  # noqa: F811
    registered(open_edition, "there@example.org", at=open_edition.registration_opens_at)
    page = organizer.page
    organizer.open(f"/admin/programme/edition/{open_edition.pk}/change/")
    page.get_by_role("link", name="Inscrire une liste de personnes…").click()
    page.locator("#id_file").set_input_files(
        {"name": "liste.xlsx", "mimeType": "application/octet-stream", "buffer": PEOPLE}
    )
    page.get_by_label("D\u2019où vient la liste").fill("l\u2019annuaire de l\u2019académie")
    page.get_by_role("button", name="Examiner la liste").click()

    expect(page.get_by_text("1 ligne est laissée de côté")).to_be_visible()
    expect(page.get_by_text("Ligne 4")).to_contain_text("Écrivez l\u2019adresse en entier")
    expect(page.get_by_text("1 personne est déjà inscrite et reste comme elle est")).to_be_visible()
    expect(page.get_by_text("Colonnes qui ne sont pas lues")).to_contain_text("Voiture")
    page.get_by_role("button", name="Inscrire 2 personnes").click()

    expect(page.get_by_text("2 personnes ont une place.")).to_be_visible()
    assert list(Attendee.objects.order_by("email").values_list("email", flat=True)) == [
        "camille@example.org",
        "elodie@example.org",
        "there@example.org",
    ]
    assert organizer.complaints == []
