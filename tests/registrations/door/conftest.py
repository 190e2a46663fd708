import re
from html import unescape

import pytest
import time_machine
from django.conf import settings

from programme.models import StaffRole
from tests.factories import UserFactory
from tests.registrations.door.entrance import DAY


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(DAY, tick=False):
        yield


@pytest.fixture
def helper(edition):
    user = UserFactory(is_staff=False)
    StaffRole.objects.create(user=user, edition=edition, role="door")
    return user


@pytest.fixture
def page(client, edition, helper):
    """The page of the door as its helper sees it, in French unless said otherwise."""
    client.force_login(helper)

    def send(language="fr", **data):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        response = client.post(f"/checkin/{edition.slug}/", data) if data else client.get(f"/checkin/{edition.slug}/")
        response.text_shown = unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))
        return response

    return send
