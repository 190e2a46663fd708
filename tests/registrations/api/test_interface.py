"""How every request is answered, whatever it asks for."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.factories import EditionFactory
from tests.registrations.api.conftest import code_of

READABLE = "GET, HEAD, OPTIONS"


def test_root_says_where_to_go_on(anybody, db):
    root = anybody.get("")

    assert root.status_code == 200
    for address in root.json().values():
        assert anybody.client.get(address.removeprefix("http://testserver")).status_code == 200


def test_description_names_every_operation_and_its_refusals(anybody, db):
    description = anybody.get("openapi.json").json()

    operations = {
        operation["operationId"]: operation
        for methods in description["paths"].values()
        for operation in methods.values()
    }
    assert set(operations) == {
        "list_editions",
        "read_edition",
        "list_sessions",
        "list_figures",
        "list_people",
        "read_person",
        "list_organisations",
        "list_registrations",
        "list_check_ins",
        "let_in",
        "read_report",
    }
    assert all("application/problem+json" in one["responses"]["4XX"]["content"] for one in operations.values())
    assert "Idempotency-Key" in [parameter["name"] for parameter in operations["let_in"]["parameters"]]


@pytest.mark.parametrize("path", ["nothing", "editions/", "editions/no slug", "editions/nothing", "people/é", "admin"])
def test_unknown_address_is_a_problem(anybody, db, path):
    assert code_of(anybody.get(path)) == (404, "not_found")


@pytest.mark.parametrize("path", ["", "openapi.json", "editions", "people"])
def test_wrong_method_is_told_the_right_ones(client, db, path):
    refusal = client.post(f"/api/v1/{path}")

    assert code_of(refusal) == (405, "method_not_allowed")
    assert (refusal["Allow"], refusal["Content-Language"]) == (READABLE, "en")


def test_options_and_head_are_answered(client, edition):
    options = client.options(f"/api/v1/editions/{edition.slug}/check-ins")
    got, head = client.get("/api/v1/editions"), client.head("/api/v1/editions")

    assert (options.status_code, options["Allow"], options.content) == (204, f"{READABLE}, POST", b"")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", got["ETag"])


def test_reader_who_has_it_is_told_so(client, edition):
    first = client.get("/api/v1/editions")

    again = client.get("/api/v1/editions", headers={"if-none-match": first["ETag"]})

    assert first["Cache-Control"] == "public, no-cache"
    assert (again.status_code, again.content) == (304, b"")


def test_headers_are_those_of_every_page(client, edition):
    response = client.get("/api/v1/editions")

    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in response
    assert response.cookies == {}


@pytest.mark.parametrize(
    "query", ["lang=%00", "lang=", "limit=99999999999999999999", "cursor=" + "x" * 301, "when=now"]
)
def test_odd_query_is_refused(client, db, query):
    assert client.get(f"/api/v1/editions?{query}").status_code in {400, 422}


def test_body_that_is_too_large_is_refused(program, edition, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    response = program("checkins:write").post(f"editions/{edition.slug}/check-ins", {"code": "x" * 20})

    assert response.status_code in {400, 413}


def test_post_needs_no_token_of_a_form(edition):
    response = Client(enforce_csrf_checks=True).post(f"/api/v1/editions/{edition.slug}/check-ins")

    assert code_of(response) == (401, "key_missing")


def failing(error):
    def fail(*_arguments):
        raise error

    return connection.execute_wrapper(fail)


def test_database_that_is_away_is_a_problem_with_a_time(anybody, db):
    with failing(OperationalError()):
        refusal = anybody.get("people")

    assert code_of(refusal) == (503, "away")
    assert refusal["Retry-After"] == "10"


def test_our_own_fault_is_left_to_django(db):
    with failing(LookupError()):
        response = Client(raise_request_exception=False).get("/api/v1/people")

    assert response.status_code == 500


def test_text_that_is_missing_comes_in_the_other_language(anybody, db):
    EditionFactory(slug="french", title_fr="Seulement en français", title_en="")

    assert anybody.get("editions/french?lang=en").json()["title"] == "Seulement en français"
