"""What a refusal says: in the caller's language, with a code that is the same in both."""

import pytest
from django.utils import translation
from ninja.errors import ValidationError

from registrations.api import problems, words
from tests.registrations.api.conftest import ROOT, code_of


@pytest.mark.parametrize(
    ("accepted", "language", "title"),
    [
        ("", "en", "Not Found"),
        ("de", "en", "Not Found"),
        ("en-GB,fr;q=0.5", "en", "Not Found"),
        ("fr", "fr", "Introuvable"),
        ("de, fr-CA;q=0.8, en;q=0.2", "fr", "Introuvable"),
        ("fr;q=0", "en", "Not Found"),
        ("x" * 10_000, "en", "Not Found"),
    ],
)
def test_refusal_comes_in_the_language_that_the_caller_reads(anybody, db, accepted, language, title):
    refusal = anybody.get("nothing?lang=fr", **{"accept-language": accepted})

    assert code_of(refusal) == (404, "not_found")
    assert (refusal["Content-Language"], refusal.json()["title"]) == (language, title)
    assert "Accept-Language" in refusal["Vary"]


def test_what_is_wrong_is_told_in_both_languages(program, edition):
    body = {"id": "no", "code": "", "source": "nose", "gate": "\0", "scanned_at": "soon"}

    def wrongs(language):
        response = program("checkins:write").post(
            f"editions/{edition.slug}/check-ins", body, **{"accept-language": language}
        )
        return {one["at"].rpartition(".")[2]: one["detail"] for one in response.json()["errors"]}

    english, french = wrongs("en"), wrongs("fr")

    assert english["source"] == "Input should be one of: 'qr', 'search', 'paper', 'walk_in', 'online'"
    assert (english["code"], french["code"]) == ("Length should be at least 1", "Longueur minimale\xa0: 1")
    assert english.keys() == french.keys() == body.keys()
    assert all(english[name] != french[name] for name in body)


def test_new_sort_of_mistake_is_told_in_the_words_of_who_finds_it(rf):
    error = ValidationError([{"type": "new", "loc": ("body", "id"), "msg": "Odd {thing}"}])

    response = problems.invalid(rf.get("/"), error)

    assert b'{"at": "body.id", "detail": "Odd {thing}"}' in response.content


def test_reply_that_was_kept_comes_in_the_language_of_who_asks_again(program, edition):
    ours = program("checkins:write")
    scan = {"id": "5b0f8f3c-7a3e-4a0e-9d0e-2f6a1c1d7c11", "code": "SYM-NONE"}

    def detail(language):
        headers = {"idempotency-key": "1", "accept-language": language}
        return ours.post(f"editions/{edition.slug}/check-ins", scan, **headers).json()["detail"]

    assert detail("fr") == "Aucun billet de cette édition n\u2019a ce code."
    assert detail("en") == "No ticket of this edition has this code."


def test_every_title_and_mistake_is_french_in_french():
    for words_of in (*words.TITLES.values(), *words.WRONGS.values()):
        with translation.override("en"):
            english = str(words_of)
        with translation.override("fr"):
            assert str(words_of) != english


def test_body_of_a_form_is_no_json(program, edition):
    ours = program("checkins:write")

    response = ours.client.post(
        f"{ROOT}editions/{edition.slug}/check-ins",
        b"x",
        content_type="multipart/form-data; boundary=x",
        headers=ours.headers,
    )

    assert code_of(response) == (400, "unreadable")
