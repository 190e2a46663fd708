"""The picture that is shown beside a link to an edition."""

import io

import pytest
from PIL import Image

from programme.models import Edition
from tests.factories import EditionFactory, FigureFactory, PartnershipFactory, SeatPoolFactory

pytestmark = pytest.mark.django_db


def picture(client, edition, language="fr"):
    response = client.get(f"/{language}/{edition.slug}/preview.png")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    return Image.open(io.BytesIO(response.content)).convert("RGB")


def colours(image, box):
    return {colour for _count, colour in image.crop(box).getcolors(1_000_000)}


def test_preview_is_drawn_in_the_colour_of_the_edition(client):
    edition = EditionFactory(accent_light="#3b4193")

    image = picture(client, edition)

    assert image.size == (1200, 630)
    assert image.getpixel((600, 4)) == (0x3B, 0x41, 0x93)
    assert image.getpixel((1190, 620)) == (255, 255, 255)


@pytest.mark.parametrize("capacity", [20, 5000])
def test_preview_shows_the_seats_of_the_room(client, capacity):
    edition = EditionFactory()
    room = (640, 300, 1190, 620)
    assert colours(picture(client, edition), room) == {(255, 255, 255)}

    SeatPoolFactory(edition=edition, capacity=capacity, taken=7)

    assert len(colours(picture(client, edition), room)) > 1


def test_preview_differs_by_language_and_follows_what_is_said(client):
    edition = EditionFactory(title_fr="IA et médecine", title_en="AI and medicine")
    french = client.get(f"/fr/{edition.slug}/preview.png").content

    assert client.get(f"/en/{edition.slug}/preview.png").content != french
    assert client.get(f"/fr/{edition.slug}/preview.png").content == french
    Edition.objects.update(title_fr="IA et chirurgie")
    assert client.get(f"/fr/{edition.slug}/preview.png").content != french


def test_preview_of_a_past_edition_shows_its_figure(client):
    edition = EditionFactory(status="archived", date_precision="month")
    room = (640, 300, 1190, 620)
    assert len(colours(picture(client, edition), room)) == 1

    FigureFactory(edition=edition, value=600, is_approximate=True)

    assert len(colours(picture(client, edition), room)) > 1


@pytest.mark.parametrize(
    "title", ['#panic("x") $1$ *a* _b_ @c <d> \\ `e` // f', "é" * 200, "A title of many words " * 9, "\x01\u202etitle"]
)
def test_preview_shows_any_title_literally(client, title):
    edition = EditionFactory(title_fr=title, venue_fr=title)
    PartnershipFactory(edition=edition, role="organizer", organisation__name_fr=title)

    assert picture(client, edition).size == (1200, 630)


def test_preview_is_drawn_once_for_readers_with_a_session_too(client):
    edition = EditionFactory()
    for_everybody = client.get(f"/fr/{edition.slug}/preview.png").content
    client.cookies["sessionid"] = "theirs"  # their pages are made anew

    assert client.get(f"/fr/{edition.slug}/preview.png").content == for_everybody


def test_preview_answers_304_to_who_has_it(client):
    edition = EditionFactory()
    etag = client.get(f"/fr/{edition.slug}/preview.png")["ETag"]

    assert client.get(f"/fr/{edition.slug}/preview.png", headers={"if-none-match": etag}).status_code == 304


def test_preview_of_a_draft_is_not_there(client):
    edition = EditionFactory(status="draft")

    assert client.get(f"/fr/{edition.slug}/preview.png").status_code == 404
    assert client.post(f"/fr/{edition.slug}/preview.png").status_code == 405
