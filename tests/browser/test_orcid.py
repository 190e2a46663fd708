"""To ORCID and back in a real browser: our policy lets a form end there, and at no other host."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache

from tests.factories import UserFactory
from tests.symposium.accounts.orcid_server import CLIENT_ID, JOSIAH, SECRET, OrcidServer


@pytest.fixture
def orcid(transactional_db, settings, live_server):
    cache.clear()
    server = OrcidServer()
    settings.PUBLIC_ORIGIN = live_server.url
    settings.ORCID_CLIENT_ID, settings.ORCID_CLIENT_SECRET, settings.ORCID_ORIGIN = CLIENT_ID, SECRET, server.origin
    yield server
    server.stop()


def test_orcid_signs_in(visit, orcid):
    user = UserFactory(email="ada@example.org", is_staff=False, second_factor=False)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    SocialAccount.objects.create(user=user, provider="orcid", uid=JOSIAH)
    visitor = visit(locale="fr-FR")
    page = visitor.page

    visitor.open("/fr/account/login/")
    page.get_by_role("link", name="ORCID").click()
    page.locator("main form button.btn").click()

    page.wait_for_url("**/fr/account/")
    assert page.locator("h1").inner_text() == "Mes inscriptions"
    assert [complaint for complaint in visitor.complaints if f"a request to {orcid.origin}/" not in complaint] == []
