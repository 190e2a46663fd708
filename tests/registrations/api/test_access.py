"""Who is let in with a key, and who is not."""

from datetime import timedelta

import pytest

from programme.models import StaffRole
from registrations.models import ApiToken
from symposium.accounts.models import User
from symposium.lib.limits import Budget
from tests.factories import NOW, EditionFactory, UserFactory
from tests.registrations.api.conftest import Program, code_of, make_token

REGISTRATIONS = "registrations:read"
PATHS = {
    "registrations": REGISTRATIONS,
    "check-ins": "checkins:read",
    "report": "figures:read",
}


@pytest.mark.parametrize("path", PATHS)
def test_path_opens_to_its_scope_alone(program, edition, path):
    scopes = set(ApiToken.Scope.values)
    with_it, without = program(PATHS[path]), program(*(scopes - {PATHS[path]}))

    assert with_it.get(f"editions/{edition.slug}/{path}").status_code == 200
    refusal = without.get(f"editions/{edition.slug}/{path}")

    assert code_of(refusal) == (403, "scope_missing")
    assert refusal["WWW-Authenticate"] == (
        f'Bearer realm="Symposium", error="insufficient_scope", scope="{PATHS[path]}"'
    )


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "key_missing"),
        ("", "key_missing"),
        ("Basic eDp5", "key_missing"),
        ("Bearer", "key_invalid"),
        ("Bearer symposium_no", "key_invalid"),
    ],
)
def test_whoever_shows_no_key_of_ours_is_told_how(client, edition, authorization, code):
    headers = {} if authorization is None else {"authorization": authorization}

    response = client.get(f"/api/v1/editions/{edition.slug}/registrations", headers=headers)

    assert code_of(response) == (401, code)
    assert response["WWW-Authenticate"].startswith('Bearer realm="Symposium"')


@pytest.mark.parametrize("change", [{"revoked_at": NOW}, {"expires_at": NOW}])
def test_key_that_is_over_opens_nothing(program, edition, change):
    ours = program(REGISTRATIONS)
    ApiToken.objects.update(created_at=NOW - timedelta(days=1), **change)

    assert code_of(ours.get(f"editions/{edition.slug}/registrations")) == (401, "key_invalid")


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_key_ends_with_the_account_of_its_maker(program, edition, change):
    ours = program(REGISTRATIONS)
    User.objects.update(**change)

    assert code_of(ours.get(f"editions/{edition.slug}/registrations")) == (401, "key_invalid")


def test_key_ends_with_the_role_of_its_maker(program, edition):
    ours = program(REGISTRATIONS)
    StaffRole.objects.update(role="door")

    assert code_of(ours.get(f"editions/{edition.slug}/registrations")) == (404, "not_found")


def test_key_opens_no_other_edition(program, edition):
    ours, other = program(REGISTRATIONS), EditionFactory()
    StaffRole.objects.create(user=ours.token.created_by, edition=other, role="organizer")

    assert code_of(ours.get(f"editions/{other.slug}/registrations")) == (404, "not_found")


def test_key_to_all_editions_opens_what_its_maker_may_open(client, edition):
    superuser = UserFactory(is_superuser=True)
    ours, other = Program(client, make_token(None, REGISTRATIONS, by=superuser)), EditionFactory()

    assert ours.get(f"editions/{other.slug}/registrations").status_code == 200
    User.objects.update(is_superuser=False)
    StaffRole.objects.create(user=superuser, edition=edition, role="organizer")

    assert ours.get(f"editions/{edition.slug}/registrations").status_code == 200
    assert ours.get(f"editions/{other.slug}/registrations").status_code == 404


def test_session_of_an_organizer_is_no_key_and_no_answer_sets_a_cookie(program, edition, client):
    ours = program(REGISTRATIONS)
    client.force_login(ours.token.created_by, backend="django.contrib.auth.backends.ModelBackend")
    path = f"/api/v1/editions/{edition.slug}/registrations"

    assert client.get(path).status_code == 401
    client.cookies.clear()
    response = ours.get(f"editions/{edition.slug}/registrations")

    assert response.cookies == {}
    assert "Access-Control-Allow-Origin" not in response
    assert response["Cache-Control"] == "no-store"


def test_key_has_a_budget_of_its_own(program, edition, monkeypatch):
    monkeypatch.setattr("registrations.api.access.PER_TOKEN", Budget("api-token", most=1, seconds=60))
    ours, others = program(REGISTRATIONS), program(REGISTRATIONS)
    path = f"editions/{edition.slug}/registrations"

    assert [ours.get(path).status_code, others.get(path).status_code] == [200, 200]
    refusal = ours.get(path)

    assert code_of(refusal) == (429, "too_many_requests")
    assert refusal["Retry-After"] == "60"


def test_network_has_a_budget_whoever_asks(anybody, client, edition, monkeypatch):
    monkeypatch.setattr("registrations.api.access.PER_NETWORK", Budget("api-network", most=1, seconds=60))

    def ask(address):
        return client.get("/api/v1/editions", REMOTE_ADDR=address)

    assert [ask("8.8.8.8").status_code, ask("8.8.8.9").status_code, ask("9.9.9.9").status_code] == [200, 429, 200]
    assert code_of(ask("8.8.8.8")) == (429, "too_many_requests")


def test_use_is_noted_once_a_minute(program, edition, time_machine):
    ours = program(REGISTRATIONS)

    def ask_at(moment):
        time_machine.move_to(moment, tick=False)
        ours.get(f"editions/{edition.slug}/registrations")
        return ApiToken.objects.get().last_used_at

    later = NOW + timedelta(minutes=1)
    assert [ask_at(NOW), ask_at(NOW + timedelta(seconds=59)), ask_at(later)] == [NOW, NOW, later]
