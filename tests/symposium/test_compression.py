"""Whose answers are compressed."""

import gzip

import pytest

from symposium.lib.compression import without_refused
from tests.factories import UserFactory

GZIP = {"accept-encoding": "gzip, deflate, br"}


@pytest.fixture(autouse=True)
def named_edition(edition):
    edition.slug = "2027"
    edition.save()


@pytest.mark.parametrize(
    "path", ["/fr/2027/", "/fr/2027/register/", "/fr/ticket/", "/2027/schedule.json", "/sitemap.xml"]
)
def test_text_for_a_stranger_is_compressed(client, path):
    plain = client.get(path)
    assert plain.status_code == 200
    response = client.get(path, headers=GZIP)

    assert plain.headers.get("Content-Encoding") is None
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert len(response.content) < len(plain.content) / 1.5
    assert len(gzip.decompress(response.content)) == pytest.approx(len(plain.content), abs=5)


@pytest.mark.parametrize("path", ["/fr/2027/", "/fr/account/", "/fr/2027/register/"])
def test_page_of_somebody_signed_in_is_not(client, path):
    client.force_login(UserFactory())

    response = client.get(path, headers=GZIP)

    assert response.status_code == 200
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("refusal", ["gzip;q=0", "br, gzip; q=0.000", "gzip ;Q = 0,identity", "*;q=0, gzip;q=0"])
@pytest.mark.parametrize("path", ["/fr/2027/", "/fr/ticket/"])
def test_reader_who_refuses_it_gets_none(client, path, refusal):
    compressed = client.get(path, headers=GZIP)

    response = client.get(path, headers={"accept-encoding": refusal})

    assert compressed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in response.headers
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("said", "accepted"),
    [
        ("gzip, br", "gzip, br"),
        ("gzip;q=0.5, br;q=0", "gzip;q=0.5"),
        ("br;q=0.0, gzip;q=1, zstd;q=0", ", gzip;q=1"),
        ("gzip;q=0.001", "gzip;q=0.001"),
        ("", ""),
    ],
)
def test_only_what_is_refused_is_forgotten(said, accepted):
    assert without_refused(said) == accepted


def test_picture_is_not(client):
    response = client.get("/fr/2027/preview.png", headers=GZIP)

    assert response.headers["Content-Type"] == "image/png"
    assert "Content-Encoding" not in response.headers


def test_page_compressed_twice_has_one_etag(client):
    """What was compressed by another process, or five seconds ago, is the same page to who has it."""
    first = client.get("/fr/2027/", headers=GZIP)["ETag"]
    plain = client.get("/fr/2027/")["ETag"]

    assert first == f"W/{plain}"
    assert client.get("/fr/2027/", headers={**GZIP, "if-none-match": first}).status_code == 304
    assert client.get("/fr/2027/", headers={"if-none-match": first}).status_code == 304
