"""Paper and pictures: fonts, tags, and texts that stay texts."""

import io

import pytest
from pypdf import PdfReader

from symposium.lib import pdf, qr

WORDS = ("state", "name", "affiliation", "date", "mode", "sessions", "reference", "code", "show", "then")


def ticket(**data):
    whole = {
        "language": "fr",
        "label": "Troisième édition",
        "title": "IA et médecine",
        "title_size": 26,
        "notice": "",
        "name": "Élodie",
        "affiliation": "",
        "date": "jeudi 20 mai 2027",
        "mode": "Sur place",
        "sessions": [],
        "reference": "SYM-7Z44-222N",
        "code": qr.svg("http://testserver/t/ABC/"),
        "advice": ["Venez."],
        "words": {word: word.title() for word in WORDS},
    }
    return PdfReader(io.BytesIO(pdf.pdf("ticket", whole | data)))


def text_of(reader):
    return " ".join(page.extract_text() for page in reader.pages)


def fonts_of(reader):
    return [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]


def claims(reader):
    metadata = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    return "pdfuaid" in metadata, "pdfaid" in metadata


def test_pdf_is_tagged_titled_and_in_a_language():
    reader = ticket()

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "fr"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata.title == "IA et médecine"
    assert claims(reader) == (True, True)


def test_pdf_carries_its_fonts():
    embedded = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts_of(ticket())]

    assert len(embedded) >= 3
    assert all("/FontFile2" in one or "/FontFile3" in one for one in embedded)


@pytest.mark.parametrize("name", ["Vzor\u2019š Łukasz", "Δημήτρης", "Иван Петров", "Œuvray-Ÿves"])
def test_pdf_shows_names_of_europe(name):
    reader = ticket(name=name)

    assert name in text_of(reader)
    assert claims(reader) == (True, True)


def test_pdf_with_a_letter_that_no_font_has_is_made_and_claims_no_standard():
    reader = ticket(name="王小明")

    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    assert claims(reader) == (False, False)


@pytest.mark.parametrize(
    "text",
    ['#panic("x")', "$1$ *a* _b_ @c <d>", "\\ `e` // f", "#sys.inputs.data", "[x] {y} ~ -- ...", "= Not a title"],
)
def test_pdf_shows_markup_literally(text):
    assert text in text_of(ticket(name=text))


def test_pdf_takes_controls_and_ten_thousand_characters():
    reader = ticket(affiliation="\x00\x1b" + "wörter " * 1_500)

    assert text_of(reader).count("wörter") > 1_000
