"""An organizer makes a programme on one page, in French, in a real browser; with a script and without."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from programme.models import Appearance, Session
from tests.browser.test_every_page import session_of
from tests.factories import EditionFactory, PersonFactory, UserFactory


@pytest.fixture
def edition(transactional_db):
    begins = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) + timezone.timedelta(days=60)
    return EditionFactory(
        status="draft", time_zone="UTC", starts_at=begins, ends_at=begins + timezone.timedelta(hours=4)
    )


@pytest.fixture
def desk(visit, edition):
    """Open the desk of an organizer of the edition."""

    def open_for(path, **options):
        user = UserFactory()
        edition.staff_roles.create(user=user, role="organizer")
        visitor = visit(viewport={"width": 1280, "height": 900}, **options)
        visitor.page.context.add_cookies([{"url": visitor.origin, **session_of(user)}])
        visitor.open(path)
        return visitor

    return open_for


@pytest.mark.parametrize("has_script", [True, False])
def test_two_sessions_and_their_people_are_typed_on_one_page(desk, edition, has_script):
    PersonFactory(given_name="Claire", family_name="Exemple")
    visitor = desk(f"/admin/programme/edition/{edition.pk}/dashboard/", java_script_enabled=has_script)
    page, day = visitor.page, edition.starts_at.date().isoformat()

    page.locator("#content").get_by_role("link", name="Programme", exact=True).click()
    for name, title, time, room in (("1", "Débat", "14:00", "Salle A"), ("2", "Ouverture", "12:00", "Salle A")):
        row = page.get_by_role("group", name=f"Nouvelle session {name}", exact=True)
        row.get_by_label("Titre en français").fill(title)
        row.get_by_label("Début : jour").fill(day)
        row.get_by_label("Début : heure").fill(time)
        row.get_by_label("Fin : heure").fill("15:00")
        row.get_by_label("Salle, en français").fill(room)
        row.get_by_text("Ajouter des personnes").click()
        row.get_by_label("Personne déjà connue").first.fill("Claire Exemple")
    row.get_by_label("Nouvelle personne : prénom").nth(1).fill("Zoé")
    row.get_by_label("Nouvelle personne : nom").nth(1).fill("Nouvelle")
    row.get_by_label("Rôle").nth(1).select_option("moderator")
    page.get_by_role("button", name="Enregistrer le programme").click()

    expect(page.get_by_text("Le programme est enregistré.")).to_be_visible()
    expect(page.locator("fieldset.session legend").nth(0)).to_have_text("Ouverture")
    expect(page.locator(".findings")).to_contain_text("Claire Exemple")
    assert [session.slug for session in Session.objects.in_order()] == ["ouverture", "debat"]
    assert Appearance.objects.filter(session__slug="ouverture").count() == 2
    assert visitor.complaints == []


def test_programme_is_taken_in_from_a_file_after_a_look(desk, edition):
    visitor = desk(f"/admin/programme/edition/{edition.pk}/programme/")
    page = visitor.page
    table = "Titre;Début;Fin;Salle;Intervenants\r\nPrésentation;12h15;13h;Salle A;Zoé Nouvelle\r\nFin;99h;;;\r\n"

    page.get_by_role("link", name="Importer un programme…").click()
    page.get_by_label("Fichier").set_input_files(
        {"name": "programme.csv", "mimeType": "text/csv", "buffer": table.encode("cp1252")}
    )
    page.get_by_role("button", name="Voir ce qui serait ajouté").click()
    expect(page.locator("#problems")).to_contain_text("Ligne 3")
    expect(page.locator("#new")).to_contain_text("Zoé Nouvelle")
    page.get_by_role("button", name="Ajouter au programme").click()

    expect(page.get_by_text("1 session a été ajoutée.")).to_be_visible()
    expect(page.get_by_label("Titre en français").first).to_have_value("Présentation")
    assert Appearance.objects.get().session == Session.objects.get(slug="presentation")
    assert visitor.complaints == []
