"""An organizer, in French, writes to whoever is confirmed on site and has not answered; one of them wants no more."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from programme.models import StaffRole
from registrations.models import Attendee, Registration
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.browser.test_every_page import session_of
from tests.browser.test_journey import open_edition  # noqa: F401  # the same edition
from tests.factories import UserFactory, registered


@pytest.fixture
def organizer(visit, open_edition):  # noqa: F811
    user = UserFactory(language="fr")
    StaffRole.objects.create(user=user, edition=open_edition, role="organizer")
    visitor = visit(locale="fr-FR", viewport={"width": 1440, "height": 900})
    visitor.page.context.add_cookies([{"url": visitor.origin, **session_of(user)}])
    return visitor


@pytest.fixture
def people(open_edition):  # noqa: F811
    """Three on site, of whom one reads English and one has said that they come, and one online."""
    open_edition.confirms_email = False
    open_edition.save()
    at = open_edition.registration_opens_at
    for name, language, mode in (
        ("ada", "en", "onsite"),
        ("bea", "fr", "onsite"),
        ("cleo", "fr", "online"),
        ("dora", "fr", "onsite"),
    ):
        email, given_name, at = f"{name}@example.org", name.title(), at + timedelta(seconds=1)
        registered(open_edition, email, at=at, language=language, mode=mode, given_name=given_name)
    Registration.objects.filter(attendee__email="dora@example.org").update(coming_answer="yes", coming_answered_at=at)
    OutgoingMail.objects.all().delete()  # their tickets have left


def delivered():
    mail.outbox.clear()
    deliver_due(clock=timezone.now)
    return {message.to[0]: message for message in mail.outbox}


def test_message_to_the_confirmed_on_site_who_have_not_answered(organizer, people, visit):
    page = organizer.page
    organizer.open("/admin/registrations/message/")
    page.get_by_role("link", name="Ajouter").click()
    page.get_by_role("main").get_by_role("link", name="IA et médecine").click()
    page.get_by_label("Inscription", exact=False).select_option(label="confirmée")
    page.get_by_label("Sur place ou en ligne").select_option(label="sur place")
    page.get_by_label("Venue annoncée").select_option(label="confirmée sur place, sans réponse")
    page.get_by_label("Objet en français").fill("Le programme de la journée")
    page.get_by_label("Texte en français").fill("Bonjour {name},\n\nLes portes ouvrent à 9 h. {link}")
    page.get_by_label("Objet en anglais").fill("Your day")
    page.get_by_label("Texte en anglais").fill("Hello {name},\n\nDoors open at 9. {link}")
    page.get_by_role("button", name="Enregistrer").click()

    expect(page.get_by_text("Rien n\u2019a encore été envoyé.")).to_be_visible()
    expect(page.get_by_text("2 personnes", exact=True)).to_be_visible()
    expect(page.frame_locator("iframe >> nth=0").get_by_text("Bonjour Ada Example,")).to_be_visible()
    page.get_by_role("button", name="Continuer…").click()
    page.get_by_role("button", name="Envoyer à 2 personnes").click()
    expect(page.get_by_text("Le message part vers 2 personnes.")).to_be_visible()

    sent = delivered()

    assert {address: message.subject for address, message in sent.items()} == {
        "ada@example.org": "Your day",
        "bea@example.org": "Le programme de la journée",
    }
    page.get_by_role("link", name="Actualiser").click()
    expect(page.get_by_text("2 envoyés sur 2")).to_be_visible()
    assert organizer.complaints == []

    reader = visit(viewport={"width": 360, "height": 740})
    link = sent["bea@example.org"].extra_headers["List-Unsubscribe"].strip("<>")
    reader.open(link.removeprefix("http://testserver"))
    reader.page.get_by_role("button", name="Ne plus recevoir de messages").click()
    expect(reader.page.get_by_role("heading", name="Vous ne recevrez plus de messages")).to_be_visible()
    assert list(Attendee.objects.exclude(unsubscribed_at=None).values_list("email", flat=True)) == ["bea@example.org"]
    reader.page.get_by_role("button", name="Les recevoir à nouveau").click()
    expect(reader.page.get_by_role("button", name="Ne plus recevoir de messages")).to_be_visible()
    assert not Attendee.objects.exclude(unsubscribed_at=None).exists()
    assert reader.complaints == []
