"""How the files for machines are answered, whatever is in them."""

import pytest
from django.utils import timezone

from programme.models import Edition
from tests.factories import EditionFactory, SessionFactory

TYPES = {
    "schedule.xml": "application/vnd.c3voc.schedule+xml; charset=utf-8",
    "schedule.json": "application/json",
    "schedule.ics": "text/calendar; charset=utf-8",
    "sessions/data.ics": "text/calendar; charset=utf-8",
}


@pytest.fixture
def next_edition(db):
    edition = EditionFactory(slug="next")
    SessionFactory(edition=edition, slug="data", starts_at=edition.starts_at)
    return edition


@pytest.mark.parametrize("name", TYPES)
def test_file_is_for_every_site_and_in_one_language(next_edition, client, name):
    response = client.get(f"/next/{name}?lang=en", headers={"accept-language": "fr"})

    assert response.status_code == 200
    assert response["Content-Type"] == TYPES[name]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Language"] == "en"
    assert response["Cache-Control"] == "public, max-age=60"
    assert response.cookies == {}
    assert b"Governing data" in response.content


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize(
    ("query", "status", "language"), [("", 200, "fr"), ("?lang=", 200, "fr"), ("?lang=de", 400, None)]
)
def test_language_is_french_unless_said_and_one_of_two(next_edition, client, name, query, status, language):
    response = client.get(f"/next/{name}{query}", headers={"accept-language": "en"})

    assert response.status_code == status
    if language:
        assert response["Content-Language"] == language


@pytest.mark.parametrize("name", TYPES)
def test_draft_is_not_found_and_nothing_can_be_posted(next_edition, client, name):
    assert client.post(f"/next/{name}").status_code == 405

    Edition.objects.update(status="draft")

    assert client.get(f"/next/{name}").status_code == 404
    assert client.get(f"/nothing/{name}").status_code == 404


@pytest.mark.parametrize("name", TYPES)
def test_reader_who_has_it_is_told_so(next_edition, client, name):
    etag = client.get(f"/next/{name}")["ETag"]

    assert client.get(f"/next/{name}", headers={"if-none-match": etag}).status_code == 304
    Edition.objects.update(title_fr="Autre titre", updated_at=timezone.now())
    assert client.get(f"/next/{name}", headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize("name", ["schedule.xml", "schedule.json", "schedule.ics"])
def test_queries_do_not_grow(next_edition, client, django_assert_num_queries, name):
    with django_assert_num_queries(5):
        client.get(f"/next/{name}")
    for _number in range(2):
        SessionFactory(edition=next_edition, starts_at=next_edition.starts_at)
    with django_assert_num_queries(5):
        client.get(f"/next/{name}")


@pytest.mark.parametrize("word", ["fr", "en", "admin", "people"])
def test_words_of_the_site_are_no_editions(db, client, word):
    assert client.get(f"/{word}/schedule.xml").status_code in {302, 404}
