"""Logos: what is taken, what is kept of it, and how it is served and shown."""

import io
import re
import struct
import zlib
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw, PngImagePlugin

from programme.admin.logo_form import REFUSALS
from programme.models import Logo, Organisation
from programme.services import logos
from tests.factories import EditionFactory, OrganisationFactory, PartnershipFactory, UserFactory
from tests.registrations.admin.conftest import logged_in, staff
from tests.registrations.admin.forms import fields_of


def drawing(width=400, height=100, colour=(20, 60, 120, 255)):
    """A plate with a transparent border of ten pixels."""
    image = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(image)
    draw.rectangle((10, 10, width - 11, height - 11), fill=colour)
    return image


def encoded(image=None, kind="PNG", **options):
    file = io.BytesIO()
    image = image or drawing()
    (image.convert("RGB") if kind == "JPEG" else image).save(file, kind, **options)
    return file.getvalue()


def png_of_announced_size(width, height):
    """A PNG that says it is as large as that and holds nothing."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def opened(picture):
    return Image.open(io.BytesIO(picture.content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_picture_is_kept_as_png_of_the_size_that_is_needed(kind):
    picture = logos.prepare(encoded(drawing(2000, 1000), kind))

    image = opened(picture)
    assert (image.format, image.mode) == ("PNG", "RGBA")
    assert image.size == (picture.width, picture.height)
    assert (picture.height, picture.width in range(220, 229)) == (112, True)


def test_small_picture_is_trimmed_and_not_blown_up():
    picture = logos.prepare(encoded(drawing(120, 60)))

    assert (picture.width, picture.height) == (100, 40)


def test_nothing_but_pixels_is_kept():
    secret = b"SECRET-PLACE"
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", secret.decode())
    exif = Image.Exif()
    exif[0x010E] = secret.decode()
    image = drawing()
    image.putpixel((0, 0), (83, 69, 67, 0))

    pictures = [
        logos.prepare(upload)
        for upload in (encoded(image, pnginfo=info, exif=exif), encoded(kind="JPEG", exif=exif), encoded() + secret)
    ]

    for picture in pictures:
        assert secret not in picture.content
        assert opened(picture).info == {}
        assert len(opened(picture).getexif()) == 0
    assert opened(pictures[0]).getpixel((0, 0)) == (20, 60, 120, 255)


def test_photo_is_turned_as_it_says():
    exif = Image.Exif()
    exif[0x0112] = 6

    picture = logos.prepare(encoded(drawing(200, 100), "JPEG", exif=exif))

    assert picture.height > picture.width


def test_first_of_moving_pictures_is_kept():
    frames = [drawing(colour=(200, 0, 0, 255)), drawing(colour=(0, 0, 200, 255))]

    picture = logos.prepare(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))

    assert getattr(opened(picture), "n_frames", 1) == 1
    assert opened(picture).getpixel((20, 20)) == (200, 0, 0, 255)


SVG = b'<?xml version="1.0"?>\n<SVG xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></SVG>'
HTML = b"<!doctype html><script>alert(1)</script>"
# A photo to be turned, in whose notes a number is a text: Pillow writes them again when it turns it.
ODD_NOTES = bytes.fromhex(
    "457869660000 4d4d002a00000008 0002 0100 0002 00000004 41424300 0112 0003 00000001 00060000 00000000"
)
REFUSED = [
    ("page", HTML, logos.NotAPicture),
    ("empty text", b"\x00" * 64, logos.NotAPicture),
    ("svg", SVG, logos.IsDrawing),
    ("svg behind a byte order mark", b"\xef\xbb\xbf  " + SVG, logos.IsDrawing),
    ("cut off", encoded(drawing(3000, 800))[:400], logos.NotAPicture),
    ("cut off in the head", encoded()[:20], logos.NotAPicture),
    ("gif", encoded(drawing().convert("RGB"), "GIF"), logos.NotAPicture),
    ("bmp", encoded(kind="BMP"), logos.NotAPicture),
    ("one pixel", encoded(Image.new("RGBA", (1, 1), (1, 2, 3, 255))), logos.WrongSize),
    ("a side too long", encoded(drawing(4001, 40)), logos.WrongSize),
    ("bomb", png_of_announced_size(60_000, 60_000), logos.WrongSize),
    ("said and not there", png_of_announced_size(3_000, 3_000), logos.NotAPicture),
    ("odd notes of a camera", encoded(drawing(), "JPEG", exif=ODD_NOTES), logos.NotAPicture),
    ("blank", encoded(Image.new("RGBA", (100, 100), (255, 255, 255, 255))), logos.IsEmpty),
    ("nothing seen", encoded(Image.new("RGBA", (100, 100), (9, 9, 9, 0))), logos.IsEmpty),
    ("heavy", b"\x89PNG" + b"0" * logos.MOST_BYTES, logos.TooHeavy),
]


@pytest.mark.parametrize(("upload", "refusal"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_upload_is_refused(upload, refusal):
    with pytest.raises(refusal):
        logos.prepare(upload)


def test_page_that_is_also_a_picture_is_kept_as_a_picture():
    upload = encoded() + HTML

    picture = logos.prepare(upload)

    assert b"script" not in picture.content
    assert opened(picture).format == "PNG"


@pytest.mark.parametrize(
    ("size", "shown"),
    [((112, 112), (56, 56)), ((224, 112), (112, 56)), ((448, 112), (160, 40)), ((448, 56), (224, 28)), ((448, 1), (448, 1)), ((1, 112), (1, 56))],
)  # fmt: skip
def test_logos_are_shown_as_high_as_weighs_the_same(size, shown):
    logo = Logo(width=size[0], height=size[1])

    assert (logo.shown_width, logo.shown_height) == shown


# Served


def logo_of(organisation, variant="light", **fields):
    picture = logos.prepare(encoded(drawing(**fields)))
    logos.keep(organisation=organisation, variant=variant, picture=picture)
    return organisation.logos.get(variant=variant)


@pytest.fixture
def logo(db):
    return logo_of(OrganisationFactory())


def test_logo_is_served_for_good_and_cannot_act(client, logo):
    response = client.get(logo.get_absolute_url())

    assert logo.get_absolute_url() == f"/logos/{logo.digest}.png"
    assert (response.status_code, response.content) == (200, bytes(logo.content))
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response


@pytest.mark.parametrize(("method", "status"), [("head", 200), ("post", 405), ("put", 405), ("delete", 405)])
def test_logo_is_only_read(client, logo, method, status):
    assert getattr(client, method)(logo.get_absolute_url()).status_code == status


@pytest.mark.parametrize("digest", ["0" * 64, "0" * 63, "../../etc/passwd", "Z" * 64])
def test_logo_that_is_not_there(client, db, digest):
    assert client.get(f"/logos/{digest}.png").status_code == 404


# Shown


@pytest.mark.parametrize("path", ["/en/", "/en/{}/"])
def test_organisations_stand_in_one_row_by_logo_or_name(client, db, path):
    edition = EditionFactory()
    both, light, none = (OrganisationFactory(name_en=name) for name in ("Both <i>", "Light", "None"))
    OrganisationFactory(name_en="Elsewhere")
    for position, organisation in enumerate((both, light, none)):
        PartnershipFactory(edition=edition, organisation=organisation, position=position)
    first, dark, second = logo_of(both), logo_of(both, "dark", height=120), logo_of(light, width=100)

    page = client.get(path.format(edition.slug)).content.decode()

    (row,) = re.findall(r'<ul class="logos">(.*?)</ul>', page, re.S)
    assert re.findall(r"<(?:source|img)[^>]*>", row) == [
        f'<source media="(prefers-color-scheme: dark)" srcset="/logos/{dark.digest}.png" width="{dark.shown_width}" height="{dark.shown_height}">',
        f'<img loading="lazy" src="/logos/{first.digest}.png" width="{first.shown_width}" height="{first.shown_height}" alt="Both &lt;i&gt;">',
        f'<img loading="lazy" class="plate" src="/logos/{second.digest}.png" width="{second.shown_width}" height="{second.shown_height}" alt="Light">',
    ]
    assert '<span class="serif">None</span>' in row
    assert "Elsewhere" not in row


def test_name_in_the_other_language_is_marked(client, db):
    edition = EditionFactory()
    for number in range(2):
        organisation = OrganisationFactory(name_en="", name_fr="Académie")
        PartnershipFactory(edition=edition, organisation=organisation, position=number)
    logo_of(organisation)

    page = client.get(f"/en/{edition.slug}/").content.decode()

    assert '<span class="serif" lang="fr">Académie</span>' in page
    assert re.search(r'<img [^>]* lang="fr" alt="Académie">', page)


def test_page_notices_a_new_logo_at_once(client, db):
    organisation = PartnershipFactory().organisation
    edition = organisation.partnerships.get().edition
    before = client.get(f"/en/{edition.slug}/").content.decode()

    logo = logo_of(organisation)

    assert logo.digest not in before
    assert logo.digest in client.get(f"/en/{edition.slug}/").content.decode()


def test_rows_cost_as_much_as_one(client, db, django_assert_num_queries):
    edition = EditionFactory()
    logo_of(PartnershipFactory(edition=edition).organisation)
    client.get(f"/en/{edition.slug}/?x=1")
    with django_assert_num_queries(8) as one:
        client.get(f"/en/{edition.slug}/?x=1")
    for _number in range(3):
        logo_of(PartnershipFactory(edition=edition).organisation)

    with django_assert_num_queries(len(one)):
        client.get(f"/en/{edition.slug}/?x=1")


# Uploaded


@pytest.fixture
def organizer(edition):
    return staff(edition, "organizer")


@pytest.fixture
def organisation(edition):
    return PartnershipFactory(edition=edition).organisation


def change(organisation):
    return reverse("admin:programme_organisation_change", args=[organisation.pk])


def upload(client, organisation, content=None, field="logo_light", **typed):
    data = fields_of(client.get(change(organisation)), "organisation_form") | typed
    if content is not None:
        data[field] = SimpleUploadedFile("logo.png", content, content_type="image/png")
    return client.post(change(organisation), data)


def test_logo_is_uploaded_replaced_and_removed(organizer, organisation):
    sent = partial(upload, organizer, organisation)

    sent(encoded())
    sent(encoded(), field="logo_dark")
    first = list(Logo.objects.order_by("variant").values_list("variant", "digest"))
    page = organizer.get(change(organisation)).content.decode()
    sent(encoded(drawing(colour=(1, 2, 3, 255))))
    second = dict(Logo.objects.values_list("variant", "digest"))
    sent()
    untouched = Logo.objects.count()
    sent(removes_logos="on")

    assert [variant for variant, _digest in first] == ["dark", "light"]
    assert re.findall(r'<img class="logo-now (\w+)" src="([^"]+)"', page) == [
        ("light", f"/logos/{first[1][1]}.png"),
        ("dark", f"/logos/{first[0][1]}.png"),
    ]
    assert (second["dark"], second["light"] != first[1][1]) == (first[0][1], True)
    assert untouched == 2
    assert Logo.objects.count() == 0


def test_logo_of_two_megabytes_passes_and_of_twenty_is_refused_with_a_reason(organizer, organisation):
    padding = logos.MOST_BYTES - len(encoded())

    passed = upload(organizer, organisation, encoded() + b"\x00" * padding)
    refused = upload(organizer, organisation, encoded() + b"\x00" * 20_000_000)

    assert passed.status_code == 302
    assert Logo.objects.count() == 1
    assert refused.status_code == 200
    assert refused.context["adminform"].form.errors == {"logo_light": ["This file is too large: 2 MB at most."]}


@pytest.mark.parametrize("content", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refusal_is_said_in_words(organizer, organisation, content):
    response = upload(organizer, organisation, content, field="logo_dark")

    (words,) = response.context["adminform"].form.errors["logo_dark"]
    assert words in {str(refusal) for refusal in REFUSALS.values()}
    assert Logo.objects.count() == 0


def test_new_organisation_gets_its_logo(db):
    client = logged_in(UserFactory(is_superuser=True))
    data = fields_of(client.get("/admin/programme/organisation/add/"), "organisation_form")
    data |= {"name_fr": "Institut", "name_en": "Institute", "slug": "institute"}

    client.post("/admin/programme/organisation/add/", data | {"logo_light": SimpleUploadedFile("x", encoded())})

    assert Organisation.objects.get(slug="institute").logos.get().variant == "light"


def test_organisation_of_others_is_left_alone(organizer):
    other = PartnershipFactory().organisation

    response = organizer.post(change(other), {"logo_light": SimpleUploadedFile("x.png", encoded())})

    assert response.status_code == 403
    assert Logo.objects.count() == 0


def test_organisation_of_others_is_shown_without_anything_to_upload(organizer):
    other = PartnershipFactory().organisation
    logo_of(other)

    page = organizer.get(change(other)).content.decode()

    assert "logo_light" not in page
    assert other.name_en in page


def test_logo_names_itself_in_a_log_by_ids(logo):
    assert str(logo) == f"logo light of {logo.organisation_id}"
