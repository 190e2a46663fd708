"""The door: who may stand there."""

import pytest

from programme.models import Edition, StaffRole
from registrations.models import CheckIn
from tests.factories import EditionFactory, UserFactory
from tests.registrations.door.entrance import register

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["door", "organizer"])
def test_door_and_organizer_of_the_edition_may_open_it(client, edition, role):
    user = UserFactory()
    StaffRole.objects.create(user=user, edition=edition, role=role)
    client.force_login(user)

    assert client.get(f"/checkin/{edition.slug}/").status_code == 200


@pytest.mark.parametrize("role", ["exporter", "reader", "needs"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_other_roles_are_refused(client, edition, role, method):
    user = UserFactory()
    StaffRole.objects.create(user=user, edition=edition, role=role)
    client.force_login(user)
    came = register(edition)

    response = getattr(client, method)(f"/checkin/{edition.slug}/", {"q": came.reference})

    assert response.status_code == 403
    assert not CheckIn.objects.exists()


def test_the_role_in_another_edition_is_refused(client, edition, helper):
    other = EditionFactory()
    client.force_login(helper)

    assert client.get(f"/checkin/{other.slug}/").status_code == 403


def test_anonymous_is_led_to_the_login(client, edition):
    response = client.get(f"/checkin/{edition.slug}/")

    assert response.status_code == 302
    assert response["Location"].endswith(f"/account/login/?next=/checkin/{edition.slug}/")


def test_an_unknown_edition_is_not_found(client, helper):
    client.force_login(helper)

    assert client.get("/checkin/1999/").status_code == 404


def test_somebody_disabled_is_out_at_the_next_request(client, edition, helper):
    client.force_login(helper)
    helper.is_active = False
    helper.save()

    assert client.get(f"/checkin/{edition.slug}/").status_code == 302


def test_other_methods_are_refused(client, edition, helper):
    client.force_login(helper)

    assert client.put(f"/checkin/{edition.slug}/").status_code == 405


def test_an_edition_of_any_status_has_a_door(client, edition, helper):
    client.force_login(helper)
    for status in Edition.Status.values:
        Edition.objects.filter(pk=edition.pk).update(status=status)

        assert client.get(f"/checkin/{edition.slug}/").status_code == 200
