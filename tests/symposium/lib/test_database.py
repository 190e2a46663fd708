"""A connection that is kept from one request to the next, and what became of it meanwhile."""

import pytest
from django.db import connection


@pytest.fixture
def request_to_server(transactional_db, monkeypatch):
    """Return a function that does what a request does with a kept connection, and says which process answered it."""
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)
    connection.close()

    def ask():
        connection.health_check_done = False  # as at the beginning of each request
        connection.close_if_health_check_failed()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return cursor.fetchone()[0]

    return ask


def at_another_connection(sql, *parameters):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute(sql, parameters)
    other.close()


def test_connection_is_kept(request_to_server):
    assert request_to_server() == request_to_server()


def test_connection_that_was_ended_is_replaced(request_to_server):
    ended = request_to_server()
    at_another_connection("SELECT pg_terminate_backend(%s, 5000)", ended)

    assert request_to_server() != ended


def test_server_that_said_something_is_asked_and_kept(request_to_server):
    kept = request_to_server()
    with connection.cursor() as cursor:
        cursor.execute("LISTEN news")
    at_another_connection("NOTIFY news")

    assert request_to_server() == kept


def test_connection_never_made_is_not_usable(request_to_server):
    connection.close()

    assert connection.is_usable() is False
