import pytest
from django.core.cache import cache

from symposium.lib import limits
from symposium.lib.limits import Budget, has_room_for, public_network


@pytest.mark.parametrize(
    ("visitor", "network"),
    [
        ("192.0.78.9", "192.0.78.0/24"),
        ("::ffff:192.0.78.9", "192.0.78.0/24"),
        ("2606:4700:1:2:3::4", "2606:4700:1:2::/64"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("10.0.0.1", ""),
        ("fd00::1", ""),
        ("192.0.78.9:4711", ""),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_network_is_the_house_somebody_comes_from(visitor, network):
    assert public_network(visitor) == network


def test_budget_counts_each_apart():
    budget = Budget("test", most=2, seconds=60)

    assert [budget.takes("a") for _time in range(4)] == [True, True, False, False]
    assert budget.takes("b")


def test_budget_whose_time_ends_between_two_questions_is_whole_again(monkeypatch):
    budget = Budget("test", most=1, seconds=60)
    monkeypatch.setattr(cache._connections[cache._alias], "add", lambda *_arguments: False)

    assert budget.takes("a")


def test_hospital_of_three_hundred_passes_and_a_thousand_and_first_does_not():
    answers = [has_room_for(email=f"p{number}@example.org", visitor="192.0.78.9") for number in range(1001)]

    assert answers == [True] * 1000 + [False]


def test_opening_minute_from_one_machine_is_within_the_budgets():
    assert all(has_room_for(email=f"p{number}@example.org", visitor="127.0.0.1") for number in range(5000))


def test_cache_learns_no_address(monkeypatch):
    kept = []
    monkeypatch.setattr(limits.cache._connections[cache._alias], "add", lambda key, *_rest: kept.append(key) or True)

    has_room_for(email="marker@example.org", visitor="192.0.78.9")

    assert [key.split(":")[:2] for key in kept] == [["limit", "network"], ["limit", "address"]]
    assert "marker" not in str(kept)
    assert "192.0.78" not in str(kept)


def test_budget_is_looked_at_without_counting():
    budget = Budget("test", most=1, seconds=60)

    assert [budget.has_left("a"), budget.has_left("a"), budget.takes("a"), budget.has_left("a")] == [
        True,
        True,
        True,
        False,
    ]
