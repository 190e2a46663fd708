"""How the attendance report reads in each of its forms, and the command that prints it."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from programme.models import Edition
from registrations.exports.reports import as_csv, as_html, as_json, as_text
from registrations.services.reports import make_report
from registrations.services.reports.published import published
from registrations.services.reserved import reserve
from tests.factories import NOW, SeatPoolFactory, SessionFactory, UserFactory
from tests.registrations.report_worlds import (
    came,
    declare,
    make,
    past,
    register,
    register_many,
)


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.fixture
def two_editions(db):
    """What the press release says: nearly 600 in 2021, 420 in 2022, and a sample of invented people."""
    first = past("2021", starts_at=NOW - timedelta(days=700), ends_at=NOW - timedelta(days=699))
    second = past("2022", is_sample=True)
    declare(first, 600, is_approximate=True)
    declare(second, 420, measure="present")
    for registration in register_many(second, 7):
        came(registration)
    return first, second


class TestFormats:
    def test_json_gives_both_declared_numbers_and_no_percentage(self, two_editions):
        first, second = two_editions

        with override("en"):
            content = json.loads(as_json(make_report(edition=second, against=first, at=NOW)))

        declared, *counted = content["edition"]["figures"]
        (against,) = content["against"]["figures"]
        assert (declared["value"], declared["source"], declared["is_approximate"], declared["sample"]) == (
            420,
            "declared",
            False,
            False,
        )
        assert (against["value"], against["source"], against["is_approximate"]) == (600, "declared", True)
        for said in (declared, against):
            assert (said["source_label"], said["source_url"]) == ("Press release", "https://example.org/press")
            assert said["stated_date"] == "2022-10-21"
        assert [(f["source"], f["sample"]) for f in counted] == [("counted", True)] * 5
        (comparison,) = content["comparisons"]
        assert (comparison["difference"], comparison["percent"]) == (None, None)
        assert comparison["caveat"] == (
            "No difference and no percentage are drawn from these two numbers. The source does not say whether people came "
            "or followed online in 2022. The number of 2021 is rounded. The source does not say what was counted in 2021. "
            "The source does not say whether people came or followed online in 2021."
        )
        assert comparison["obstacles"][1] == {"code": "approximate", "edition": "2021"}
        assert content["edition"]["breakdowns"]["profile"] == [
            {
                "key": "researcher",
                "label": "research",
                "registered": 7,
                "confirmed": 7,
                "waiting": 0,
                "cancelled": 0,
                "present": 7,
            }
        ]
        assert (content["generated_at"], content["language"]) == ("2027-03-01T13:00:00+01:00", "en")

    def test_json_without_another_edition(self, edition):
        Edition.objects.filter(pk=edition.pk).update(date_precision="month")
        edition.refresh_from_db()

        content = json.loads(as_json(make(edition)))

        assert (content["against"], content["comparisons"]) == (None, [])
        assert content["edition"]["date"] == "2027-05"

    def test_text_shows_the_numbers_with_where_they_come_from(self, two_editions):
        first, second = two_editions

        with override("en"):
            text = as_text(make_report(edition=second, against=first, at=NOW))

        assert "             420  people present (mode not stated)" in text
        assert "      nearly 600  participants (mode not stated)" in text
        assert "Declared: Press release, 21 October 2022. https://example.org/press" in text
        assert "Counted here on 1 March 2027. A sample: these people are invented." in text
        assert "2022: 420 people present (mode not stated) | 2021: nearly 600 participants (mode not stated)" in text
        assert "By profile\n  A sample: these people are invented.\n            registrations" in text
        assert "%" not in text

    def test_text_is_french_where_french_is_asked_for(self, two_editions):
        first, second = two_editions

        with override("fr"):
            text = as_text(make_report(edition=second, against=first, at=NOW))

        assert "près de 600  participants (mode non précisé)" in text
        assert (
            "Ces deux nombres ne sont pas comparables\u00a0: aucun écart, aucun pourcentage n\u2019en est tiré." in text
        )

    def test_text_shows_a_difference_where_there_is_one(self, edition):
        register(edition)
        other = past("2026")
        register_many(other, 4)

        text = as_text(make(edition, other))

        assert "\u22123 (\u221275.0%)" in text
        assert "A sample" not in text

    def test_csv_in_english_is_plain_and_in_french_for_excel(self, two_editions):
        first, second = two_editions

        with override("en"):
            plain = as_csv(make_report(edition=second, against=first, at=NOW)).decode()
        with override("fr"):
            excel = as_csv(make_report(edition=second, against=first, at=NOW)).decode()

        lines = list(csv.DictReader(io.StringIO(plain, newline="")))
        assert [
            (line["edition"], line["value"], line["is_approximate"]) for line in lines if line["section"] == "figure"
        ][::6] == [("2022", "420", "false"), ("2021", "600", "true")]
        (comparison,) = [line for line in lines if line["section"] == "comparison"]
        assert (comparison["against_edition"], comparison["against_value"]) == ("2021", "600")
        assert (comparison["difference"], comparison["percent"]) == ("", "")
        assert comparison["note"].startswith("No difference")
        mode = [line for line in lines if line["section"] == "mode"]
        assert {(line["key"], line["mode"], line["sample"]) for line in mode} == {("onsite", "onsite", "true")}
        assert excel.startswith("\ufeffedition;section;")
        assert ";oui;" in excel
        assert excel.count("\r\n") == plain.count("\r\n")

    def test_csv_writes_a_percentage_with_its_note(self, edition):
        register(edition)
        other = past("2026")
        register_many(other, 8)

        for language, percent in (("en", "-87.5"), ("fr", "-87,5")):
            with override(language):
                content = as_csv(make_report(edition=edition, against=other, at=NOW)).decode("utf-8-sig")
            lines = csv.DictReader(io.StringIO(content, newline=""), delimiter=";" if language == "fr" else ",")
            compared = [line for line in lines if line["section"] == "comparison" and line["label"]]
            assert {line["percent"] for line in compared if line["measure"] == "registered"} == {percent}
            assert all(line["note"] for line in compared)

    def test_csv_neutralises_formulas(self, edition):
        Edition.objects.filter(pk=edition.pk).update(slug="-2027")
        SessionFactory(edition=edition, title_en="=1+1")
        edition.refresh_from_db()

        content = as_csv(make(edition)).decode()

        assert "\r\n-2027" not in content
        assert ",'=1+1," in content.replace('"', "") or ";'=1+1;" in content

    def test_html_hides_what_points_at_few_people_and_needs_no_other_file(self, two_editions):
        first, second = two_editions
        register_many(second, 3, profile="press", country="US")

        with override("en"):
            html = as_html(make_report(edition=second, against=first, at=NOW))

        assert "&lt;5" in html
        assert '<td class="n">3</td>' not in html
        assert "not shown" in html
        assert "nearly 600" in html
        assert "%" not in html.split("</style>")[1]
        assert 'href="https://example.org/press"' in html
        for outside in ("<script", "<link", "src=", "@import", "url(http"):
            assert outside not in html

    def test_few_reserved_seats_are_hidden_with_the_others_and_exact_for_organizers(self, edition):
        SeatPoolFactory(edition=edition, mode="reserved", capacity=3)
        register_many(edition, 9)
        reserve(registration=register(edition), by=UserFactory(), at=NOW, reason="")

        report = make(edition)

        (table,) = [table for table in published(report).tables if table.title == "Reserved seats"]
        assert dict(table.rows) == {
            "on a reserved seat": ("<5", "<5", "0", "0", "0"),
            "without a reserved seat": ("not shown", "not shown", "0", "0", "0"),
        }
        assert "on a reserved seat" in as_html(report)
        row = {"key": "reserved", "label": "on a reserved seat", "registered": 1, "confirmed": 1}
        assert row.items() <= json.loads(as_json(report))["edition"]["breakdowns"]["seats"][0].items()
        assert "on a reserved seat 1 1 0 0 0" in " ".join(as_text(report).split())
        assert b",seats,reserved,on a reserved seat,confirmed,all,1," in as_csv(report)

    def test_html_draws_counted_full_declared_hatched_and_rounded_without_an_end(self, two_editions):
        first, second = two_editions

        bars = published(make(second, first)).bars

        shown = [(bar.figure.number, bar.figure.is_declared, bar.figure.is_approximate, bar.width) for bar in bars]
        assert shown == [("nearly 600", True, True, 560), ("420", True, False, 392), ("7", False, False, 7)]
        assert (bars[0].firm_width, bars[1].firm_width) == (480, 392)
        html = as_html(make(second, first))
        assert [html.count(part) for part in ('class="solid"', 'mask="url(#fade-', "stroke-dasharray")] == [1, 1, 1]

    @pytest.mark.django_db
    def test_html_of_an_edition_without_numbers_has_no_picture(self):
        html = as_html(make(past("2021")))

        assert "<svg" not in html
        assert "2021" in html

    @pytest.mark.django_db
    def test_html_shows_hostile_titles_literally_and_takes_no_style_from_them(self, edition):
        SessionFactory(edition=edition, title_en="<script>alert(1)</script>")
        fields = {"title_en": "<b>{{ x }}", "accent_light": "}a{b:c", "is_sample": True}
        Edition.objects.filter(pk=edition.pk).update(**fields)
        edition.refresh_from_db()

        with override("en"):
            html = as_html(make(edition))

        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
        assert "&lt;b&gt;{{ x }}" in html
        assert "<script" not in html
        assert "}a{b:c" not in html
        assert "these people are invented" in html

    @pytest.mark.django_db
    def test_countries_and_empty_ones_have_names_in_the_language(self, edition):
        for country in ("DE", "", "XX"):
            register(edition, country=country)

        with override("fr"):
            french = as_text(make_report(edition=edition, against=None, at=NOW))

        assert "Allemagne" in french
        assert "XX" in french
        assert "not stated" in as_text(make(edition))


@pytest.mark.django_db
class TestCommand:
    def run(self, *arguments, **options):
        out = io.StringIO()
        call_command("report", *arguments, stdout=out, **options)
        return out.getvalue()

    def test_prints_each_format(self, two_editions, capfdbinary):
        assert "2022" in self.run("2022")
        assert json.loads(self.run("2022", "--against", "2021", "--format", "json"))["against"]["slug"] == "2021"
        assert '<html lang="en">' in self.run("2022", "--format", "html", "--language", "en")
        call_command("report", "2022", "--format", "csv")
        assert capfdbinary.readouterr().out.startswith(b"\xef\xbb\xbfedition;")

    def test_is_in_french_unless_asked(self, two_editions):
        assert json.loads(self.run("2022", "--format", "json"))["language"] == "fr"

    @pytest.mark.parametrize("arguments", [["1999"], ["2022", "--against", "1999"]])
    def test_an_unknown_edition_is_one_line_of_error(self, two_editions, arguments):
        with pytest.raises(CommandError, match=r"^There is no edition 1999\.$"):
            self.run(*arguments)

    def test_an_edition_is_not_compared_with_itself(self, two_editions):
        with pytest.raises(CommandError, match="itself"):
            self.run("2022", "--against", "2022")
