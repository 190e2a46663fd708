"""What watches the installation: which numbers, for whom."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from registrations import tasks
from registrations.services import privacy
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, registered, with_seats

TOKEN = "qK3xV8bN1tR6wZ0pM5sC9fH2jL7gD4yA"


@pytest.fixture(autouse=True)
def at_now(time_machine, db):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


def lines(client, **headers):
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    return [line for line in response.content.decode().splitlines() if not line.startswith("#")]


def test_numbers_are_those_of_the_database(client, edition):
    with_seats(edition, 5, slug="data")
    for name in ("ada", "bob"):
        registered(edition, f"{name}@example.org")
    OutgoingMail.objects.filter(pk=OutgoingMail.objects.first().pk).update(state="failed")
    OutgoingMail.objects.update(created_at=NOW - timedelta(minutes=2))
    privacy.purge(at=NOW - timedelta(hours=1))
    tasks.heartbeat()

    slug = edition.slug
    assert lines(client) == [
        "symposium_mails_waiting 1",
        "symposium_mails_oldest_waiting_seconds 120",
        "symposium_mails_failed 1",
        f'symposium_registrations{{edition="{slug}",status="confirmed"}} 2',
        f'symposium_seats_taken{{edition="{slug}",session="data"}} 0',
        f'symposium_seats_taken{{edition="{slug}",mode="online"}} 0',
        f'symposium_seats_taken{{edition="{slug}",mode="onsite"}} 2',
        f'symposium_seats_capacity{{edition="{slug}",session="data"}} 5',
        f'symposium_seats_capacity{{edition="{slug}",mode="onsite"}} 10',
        f'symposium_seats_waiting{{edition="{slug}",session="data"}} 0',
        f'symposium_seats_waiting{{edition="{slug}",mode="online"}} 0',
        f'symposium_seats_waiting{{edition="{slug}",mode="onsite"}} 0',
        f"symposium_last_purge_timestamp_seconds {NOW.timestamp() - 3600:.0f}",
        f"symposium_last_beat_timestamp_seconds {NOW.timestamp():.0f}",
    ]


def test_what_never_happened_is_left_out(client):
    assert lines(client) == [
        "symposium_mails_waiting 0",
        "symposium_mails_oldest_waiting_seconds 0",
        "symposium_mails_failed 0",
    ]


def test_each_name_is_explained_once(client, edition):
    response = client.get("/metrics")

    text = response.content.decode()
    assert response["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    assert text.count("# TYPE symposium_seats_taken gauge") == text.count("# HELP symposium_seats_taken ") == 1
    assert text.endswith("\n")


@pytest.mark.parametrize("people", [1, 3])
def test_it_costs_four_statements_for_any_number(client, edition, people, django_assert_num_queries):
    for number in range(people):
        registered(edition, f"{number}@example.org")

    with django_assert_num_queries(4):
        client.get("/metrics")


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("", {}, 404),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, 404),
        ("127.0.0.1", {"forwarded": "for=192.0.2.7"}, 404),
        ("192.0.2.7", {"authorization": f"Bearer {TOKEN}"}, 200),
        ("192.0.2.7", {"authorization": f"Bearer {TOKEN}é"}, 404),
        ("192.0.2.7", {"authorization": TOKEN}, 404),
        ("192.0.2.7", {"authorization": "Bearer "}, 404),
    ],
)
def test_it_is_there_for_this_machine_and_for_the_token(client, settings, address, headers, status):
    settings.METRICS_TOKEN = TOKEN

    assert client.get("/metrics", headers=headers, REMOTE_ADDR=address).status_code == status


def test_without_a_token_nobody_has_it(client, settings):
    settings.METRICS_TOKEN = ""

    response = client.get("/metrics", headers={"authorization": "Bearer "}, REMOTE_ADDR="192.0.2.7")

    assert response.status_code == 404


def test_nobody_s_forged_address_is_this_machine(client, settings):
    settings.TRUSTED_PROXY_COUNT = 1

    response = client.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"}, REMOTE_ADDR="172.18.0.2")

    assert response.status_code == 404
