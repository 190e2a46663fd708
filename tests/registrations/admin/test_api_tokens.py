"""The keys of programs: organizers make and revoke those of their editions."""

import hashlib
import re
from datetime import timedelta

import pytest

from registrations.models import ApiToken
from symposium.trail.models import TrailEntry
from tests.factories import NOW, ApiTokenFactory, EditionFactory

LIST = "/admin/registrations/apitoken/"
ADD = f"{LIST}add/"
SECRET = re.compile(r"symposium_[\w-]{43}")


def typed(of, **fields):
    return {
        "name": "Statistics",
        "edition": of.pk if of else "",
        "scopes": ["registrations:read"],
        "days": 90,
        **fields,
    }


def told():
    return list(TrailEntry.objects.order_by("pk").values_list("kind", "record_type", "edition_id", "fields"))


def test_organizer_makes_a_key_that_is_shown_once(organizer, edition):
    answer = organizer.post(ADD, typed(edition, days=30))

    token, secret = ApiToken.objects.get(), SECRET.search(answer.content.decode())[0]
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert (token.edition, token.scopes, token.created_by) == (edition, ["registrations:read"], organizer.user)
    assert (token.created_at, token.expires_at) == (NOW, NOW + timedelta(days=30))
    assert told() == [("added", "registrations.apitoken", edition.pk, [])]
    for page in (LIST, f"{LIST}{token.pk}/change/", f"{LIST}{token.pk}/history/"):
        assert not SECRET.search(organizer.get(page).content.decode())


def test_new_key_opens_the_interface(organizer, edition, client):
    secret = SECRET.search(organizer.post(ADD, typed(edition)).content.decode())[0]

    path = f"/api/v1/editions/{edition.slug}/registrations"

    assert client.get(path, headers={"authorization": f"Bearer {secret}"}).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"edition": ""},
        {"scopes": []},
        {"scopes": ["odd"]},
        {"scopes": ["people:read"]},
        {"days": 0},
        {"days": 367},
        {"days": ""},
    ],
)
def test_odd_key_is_not_made(organizer, edition, fields):
    answer = organizer.post(ADD, typed(edition, **fields))

    assert "errornote" in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_organizer_makes_none_for_the_edition_of_others(organizer):
    organizer.post(ADD, typed(EditionFactory()))

    assert not ApiToken.objects.exists()


def test_superuser_makes_one_for_all_editions_which_organizers_do_not_see(superuser, organizer):
    superuser.post(ADD, typed(None, name="Everything"))

    assert ApiToken.objects.get().edition is None
    assert "all editions" in superuser.get(LIST).content.decode()
    assert superuser.get(f"{LIST}{ApiToken.objects.get().pk}/change/").status_code == 200
    assert "Everything" not in organizer.get(LIST).content.decode()


def test_organizer_revokes_keys_of_their_edition_once(organizer, edition):
    ours, theirs = ApiTokenFactory(edition=edition), ApiTokenFactory()

    def revoke():
        chosen = {"action": "revoke_tokens", "_selected_action": [ours.pk, theirs.pk]}
        return organizer.post(LIST, chosen, follow=True).content.decode()

    assert "1 key was revoked." in revoke()
    assert "0 keys were revoked." in revoke()
    assert ApiToken.objects.order_by("pk").values_list("revoked_at", flat=True)[0] == NOW
    assert ApiToken.objects.get(pk=theirs.pk).revoked_at is None
    assert told() == [("changed", "registrations.apitoken", edition.pk, ["revoked_at"])]


def test_list_tells_the_state_of_each_key(organizer, edition):
    ApiTokenFactory(edition=edition, created_by__name="Grace")
    ApiTokenFactory(edition=edition, created_at=NOW - timedelta(days=1), revoked_at=NOW)
    ApiTokenFactory(edition=edition, created_at=NOW - timedelta(days=2), expires_at=NOW)

    page = organizer.get(LIST).content.decode()

    assert re.findall(r'field-state">(\w+)<', page) == ["valid", "revoked", "expired"]
    assert "Grace" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_key_and_for_three(organizer, edition, django_assert_num_queries, rows):
    for _number in range(rows):
        ApiTokenFactory(edition=edition)
    organizer.get(LIST)

    with django_assert_num_queries(7):
        organizer.get(LIST)
