"""An assistant, in French, makes next year's edition from this year's: a draft, its people, a look, and it is published."""

from dataclasses import dataclass

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from programme.models import Edition
from registrations.management.sample_world import world
from tests.browser.test_every_page import session_of
from tests.factories import UserFactory

MOST_CLICKS = 30
# Of the sample: a session, who speaks in it next year, and who moderates.
PEOPLE = [
    ("Gouverner les données ensemble", "Claire Exemple", "Léa Gabarit"),
    ("Prouver le bénéfice", "John Sample", "Anne Spécimen"),
    ("Du laboratoire au patient", "Maria Muster", "Inès Maquette"),
]


@pytest.fixture
def sample(transactional_db):
    world.build(seed=1, people=25, at=timezone.now(), with_accounts=False)
    return Edition.objects.get(slug="2027")


@dataclass
class Hand:
    """What it does is counted: whoever fills in or chooses clicks into the field first."""

    clicks: int = 0

    def click(self, target):
        self.clicks += 1
        target.click()

    def fill(self, target, text):
        self.clicks += 1
        target.fill(text)

    def choose(self, target, **option):
        self.clicks += 2
        target.select_option(**option)


def test_next_years_edition_takes_less_than_thirty_clicks(visit, sample):
    organizer = UserFactory(language="fr")
    sample.staff_roles.create(user=organizer, role="organizer")
    visitor = visit(viewport={"width": 1440, "height": 900})
    visitor.page.context.add_cookies([{"url": visitor.origin, **session_of(organizer)}])
    page, hand = visitor.page, Hand()
    main = page.get_by_role("main")

    visitor.open("/admin/")
    hand.click(main.get_by_role("link", name="2027").first)
    hand.click(main.get_by_role("link", name="Fiche de l\u2019édition"))
    hand.click(main.get_by_role("link", name="Préparer l\u2019édition suivante"))
    hand.click(page.get_by_role("button", name="Créer le brouillon"))
    hand.click(main.get_by_role("link", name="Programme", exact=True).first)
    for title, speaker, moderator in PEOPLE:
        session = page.get_by_role("group", name=title, exact=True)
        hand.click(session.get_by_text("Ajouter des personnes"))
        hand.fill(session.get_by_label("Personne déjà connue").first, speaker)
        hand.fill(session.get_by_label("Personne déjà connue").nth(1), moderator)
        hand.choose(session.get_by_label("Rôle").nth(1), label="modération")
    hand.click(page.get_by_role("button", name="Enregistrer le programme"))
    hand.click(main.get_by_role("link", name="Fiche de l\u2019édition"))
    hand.choose(page.locator("#id_status"), label="publiée")
    hand.click(page.get_by_role("button", name="Enregistrer", exact=True).first)
    hand.click(page.get_by_label("J\u2019en ai pris connaissance"))
    hand.click(page.get_by_role("button", name="Publier l\u2019édition"))

    expect(page.get_by_text("L\u2019édition est publiée.")).to_be_visible()
    next_edition = Edition.objects.get(slug="2028")
    assert next_edition.status == "published"
    assert next_edition.sessions.count() == sample.sessions.count()
    assert next_edition.appearances.filter(role="moderator").count() == len(PEOPLE)
    assert hand.clicks < MOST_CLICKS
    assert visitor.complaints == []
