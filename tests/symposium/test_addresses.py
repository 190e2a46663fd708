"""Addresses of the site itself, and those that nobody has."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from programme.models.validators import RESERVED_SLUGS
from tests.factories import EditionFactory


@pytest.mark.parametrize("word", ["mailbox", "metrics", "u", "static"])
def test_word_of_the_site_is_not_taken_for_an_edition(db, client, word):
    answers = {
        path: client.get(path).status_code for path in (f"/{word}/", f"/fr/{word}/programme/", f"/checkin/{word}/")
    }

    assert set(answers.values()) == {404}


@pytest.mark.parametrize("word", sorted(RESERVED_SLUGS))
def test_no_edition_can_have_a_word_of_the_site(word):
    with pytest.raises(NoReverseMatch):
        reverse("programme:edition", args=[word])


@pytest.mark.parametrize("slug", ["2027", "french-2027", "fr2027", "people-and-machines", "t-2027", "my_edition"])
def test_edition_may_begin_like_a_word_of_the_site(db, client, slug):
    EditionFactory(slug=slug)

    assert client.get(f"/fr/{slug}/").status_code == 200
    assert client.get(f"/fr/{slug}").headers["Location"] == f"/fr/{slug}/"


@pytest.mark.parametrize("debug", [True, False])
def test_form_sent_to_an_address_without_its_slash_is_not_found(edition, settings, debug):
    settings.DEBUG = debug
    client = Client(raise_request_exception=False)
    path = f"/fr/{edition.slug}/register"

    assert client.post(path).status_code == 404
    assert client.get(path).headers["Location"] == f"{path}/"


def test_icon_is_found_where_icons_have_always_been(client):
    response = client.get("/favicon.ico")

    assert (response.status_code, response["Location"]) == (302, "/static/favicon.svg")
    assert response["Cache-Control"] == "public, max-age=86400"
