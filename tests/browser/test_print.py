"""On paper: the programme of half a day is one sheet, and a ticket takes half of one."""

from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from registrations.management.sample_world import world as sample
from registrations.models import Registration

HALF_A_SHEET = 421  # points of A4, above its foot


@pytest.fixture
def registration(transactional_db):
    sample.build(seed=1, people=5, at=timezone.now(), with_accounts=False)
    return Registration.objects.filter(status="confirmed", edition__ends_at__gt=timezone.now()).first()


def printed(page):
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=False)))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_programme_of_half_a_day_is_one_sheet(visit, registration, language):
    visitor = visit(color_scheme="dark")
    visitor.open(f"/{language}/{registration.edition.slug}/programme/")

    sheets = printed(visitor.page).pages

    assert len(sheets) == 1
    assert "Symposium" in sheets[0].extract_text()
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_ticket_is_half_a_sheet(visit, registration, language):
    visitor = visit(color_scheme="dark")
    visitor.open(f"/{language}/registrations/{registration.page_token}/")

    (sheet,) = printed(visitor.page).pages

    assert registration.reference in sheet.extract_text()
    assert lowest(sheet, registration.reference) > HALF_A_SHEET
    assert visitor.complaints == []


def lowest(sheet, words):
    """How far above the foot of the sheet the words stand."""
    heights = []

    def see(text, matrix, place, _font, _size):
        if words in text:
            heights.append(place[4] * matrix[1] + place[5] * matrix[3] + matrix[5])  # Chromium turns the sheet over

    sheet.extract_text(visitor_text=see)
    return min(heights)
