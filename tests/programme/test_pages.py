"""The public pages, read by somebody without a session: what holds for all of them."""

import html
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from programme.models import Edition
from programme.services.accessibility import state
from tests.factories import (
    NOW,
    AppearanceFactory,
    DocumentFactory,
    EditionFactory,
    FigureFactory,
    OrganisationFactory,
    PartnershipFactory,
    PersonFactory,
    SessionFactory,
)

HOSTILE = "<script>alert('x')</script> {{ 7|add:7 }} \"q\" & ="


@pytest.fixture
def world(edition):
    """An edition with everything that a page can show."""
    session = SessionFactory(edition=edition, slug="data", starts_at=edition.starts_at)
    person = PersonFactory(slug="claire")
    AppearanceFactory(session=session, person=person)
    AppearanceFactory(session=None, edition=edition, person=person, role="organizer")
    SessionFactory(edition=edition, slug="coffee", kind="pause")
    PartnershipFactory(edition=edition)
    DocumentFactory(edition=edition)
    FigureFactory(edition=EditionFactory(slug="2022", ordinal=2, status="archived"))
    return edition


def addresses(edition):
    return [
        "/",
        f"/{edition.slug}/",
        f"/{edition.slug}/programme/",
        f"/{edition.slug}/sessions/data/",
        "/people/claire/",
        "/privacy/",
        "/accessibility/",
        "/legal/",
        "/sitemap/",
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_page_works_in_each_language(world, client, language):
    other = {"fr": "en", "en": "fr"}[language]
    for address in addresses(world):
        response = client.get(f"/{language}{address}")
        text = response.content.decode()

        assert response.status_code == 200, address
        assert f'<html lang="{language}"' in text
        assert len(re.findall(r"<h1\b", text)) == 1, address
        assert f'rel="alternate" hreflang="{other}" href="http://testserver/{other}{address}"' in text
        assert f'rel="canonical" href="http://testserver/{language}{address}"' in text
        assert not re.search(r"<(style|script(?! type=\"application/ld\+json\"))\b|\sstyle=|\son\w+=", text), address


def test_no_page_sets_a_cookie_or_reads_the_session(world, client):
    for address in addresses(world):
        response = client.get(f"/en{address}")

        assert response.cookies == {}, address
        assert "Cookie" not in response.get("Vary", ""), address


def test_pages_only_read(world, client):
    for address in addresses(world):
        assert client.post(f"/en{address}").status_code == 405, address
        assert client.head(f"/en{address}").status_code == 200, address


@pytest.mark.parametrize("path", ["/en/next/", "/en/next/programme/", "/en/next/sessions/data/", "/en/people/claire/"])
def test_a_draft_is_not_found(db, client, path):
    edition = EditionFactory(slug="next", status="draft")
    AppearanceFactory(session=SessionFactory(edition=edition, slug="data"), person=PersonFactory(slug="claire"))

    assert client.get(path).status_code == 404
    Edition.objects.update(status="published")
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("slug", ["coffee", "nothing"])
def test_a_break_has_no_page_of_its_own(world, client, slug):
    assert client.get(f"/en/{world.slug}/sessions/{slug}/").status_code == 404


def test_words_of_the_site_win_over_editions(world, client):
    for word in ("privacy", "legal", "sitemap", "accessibility"):
        assert client.get(f"/en/{word}/").templates[0].name == f"programme/{word}.html"


def test_language_switch_keeps_the_page_and_the_query(world, page):
    text = page(f"/en/{world.slug}/programme/?a=1&b=%22")

    assert f'hreflang="fr" href="/fr/{world.slug}/programme/?a=1&amp;b=%22"' in text


def test_hostile_texts_are_shown_literally(edition, page):
    Edition.objects.update(
        title_fr=HOSTILE, title_en=HOSTILE, lead_en=HOSTILE, venue_en=HOSTILE, city_en=HOSTILE, address_en=HOSTILE
    )
    organisation = OrganisationFactory(name_en=HOSTILE, about_en=HOSTILE)
    PartnershipFactory(edition=edition, organisation=organisation)
    session = SessionFactory(edition=edition, slug="data", title_en=HOSTILE, summary_en=HOSTILE, room_en=HOSTILE)
    person = PersonFactory(slug="claire", given_name=HOSTILE, family_name=HOSTILE, biography_en=HOSTILE)
    AppearanceFactory(session=session, person=person, affiliation_en=HOSTILE)
    AppearanceFactory(session=session, person=person, role="moderator", affiliation_fr=HOSTILE)
    DocumentFactory(edition=edition, title_en=HOSTILE)
    FigureFactory(edition=edition, source_label_en=HOSTILE)

    for address in addresses(edition):
        text = page(f"/en{address}")
        assert "<script>" not in text, address
        if address not in {"/privacy/", "/legal/", "/accessibility/"}:
            assert html.escape(HOSTILE) in text, address


def test_a_text_that_is_missing_is_shown_in_the_other_language(edition, page):
    Edition.objects.update(title_en="", lead_fr="Un seul texte.\r\n\r\nDeux parties.", lead_en="")

    text = page(f"/en/{edition.slug}/")

    assert '<h1><span lang="fr">IA et médecine</span></h1>' in text
    assert '<p class="lead" lang="fr">Un seul texte.</p>' in text
    assert '<p class="lead" lang="fr">Deux parties.</p>' in text
    assert "This text exists in French only." in text


def test_an_english_text_on_a_french_page_is_marked(edition, page):
    Edition.objects.update(lead_fr="", lead_en="What's next?")

    text = page(f"/fr/{edition.slug}/")

    assert '<p class="lead" lang="en">What\u2019s next?</p>' in text


def test_french_texts_are_typeset(edition, page):
    Edition.objects.update(title_fr="L'IA : « promesses » et limites ?")

    assert "L\u2019IA\u00a0: «\u202fpromesses\u202f» et limites\u202f?" in page(f"/fr/{edition.slug}/")


def test_person_is_shown_across_editions_but_not_in_drafts(db, page):
    person = PersonFactory(slug="claire", orcid="0000-0002-1825-0097", website="https://example.org/")
    for title, status in (("Seen", "published"), ("Seen before", "archived"), ("Hidden", "draft")):
        session = SessionFactory(title_en=title, edition__status=status)
        AppearanceFactory(session=session, person=person, affiliation_en="Then elsewhere")
    AppearanceFactory(session=SessionFactory(kind="pause", title_en="Welcome"), person=person, role="moderator")

    text = page("/en/people/claire/")

    assert [title in text for title in ("Seen<", "Seen before<", "Welcome<", "Hidden<")] == [True, True, True, False]
    assert "https://orcid.org/0000-0002-1825-0097" in text
    assert "Then elsewhere" in text


def test_home_lists_what_else_is_to_come(edition, page):
    EditionFactory(title_en="Later", starts_at=NOW + timedelta(days=400), ends_at=NOW + timedelta(days=401))
    EditionFactory(title_en="Moved", status="postponed")
    EditionFactory(title_en="Dropped", status="cancelled")

    text = page("/en/")

    assert [title in text for title in ("Later<", "Moved<", "Dropped<")] == [True, True, True]


def test_home_of_an_empty_site_works(db, page):
    text = page("/en/")

    assert "<h1>Symposium</h1>" in text
    assert "data-edition" not in text


def test_statement_reads_not_compliant_and_every_page_says_so(edition, page):
    assert "no audit has been carried out yet" in page("/en/accessibility/")
    assert "Accessibility: not compliant</a>" in page("/en/")


def test_about_pages_of_an_empty_site_name_the_sender(db, page):
    for address in ("/en/privacy/", "/en/legal/", "/en/accessibility/"):
        assert "mailto:symposium@example.org" in page(address)


def test_accents_give_every_public_edition_its_colours(db, client):
    EditionFactory(slug="2022", accent_light="#3b4193", accent_dark="#b3b8fa")
    EditionFactory(slug="draft", status="draft")
    EditionFactory(slug="odd", accent_light="red}*{")

    response = client.get("/en/accents.css")
    text = response.content.decode()

    assert response["Content-Type"] == "text/css"
    assert response["Cache-Control"] == "public, max-age=300"
    assert '[data-edition="2022"] { --accent: #3b4193 }' in text
    assert '[data-edition="2022"] { --accent: #b3b8fa }' in text
    assert "draft" not in text
    assert "odd" not in text


def test_sitemap_for_machines_lists_public_pages_in_both_languages(world, client):
    EditionFactory(slug="draft", status="draft")

    text = client.get("/sitemap.xml").content.decode()

    for address in addresses(world):
        assert f"<loc>http://testserver/fr{address}</loc>" in text
        assert f"<loc>http://testserver/en{address}</loc>" in text
    assert "draft" not in text
    assert "coffee" not in text


@pytest.mark.parametrize("path", ["", "programme/", "sessions/session-of-all/"])
def test_queries_do_not_grow_with_the_programme(edition, client, django_assert_num_queries, path):
    AppearanceFactory(session=SessionFactory(edition=edition, slug="session-of-all"))
    PartnershipFactory(edition=edition)
    address = f"/en/{edition.slug}/{path}"
    client.get(address)

    cache.clear()
    state(at=NOW)  # what the foot says is known
    with django_assert_num_queries({"": 10, "programme/": 6, "sessions/session-of-all/": 6}[path]) as one:
        client.get(address)
    for _number in range(2):
        for _again in range(2):
            AppearanceFactory(session=SessionFactory(edition=edition))
        PartnershipFactory(edition=edition)
        DocumentFactory(edition=edition)
    with django_assert_num_queries(len(one)):
        client.get(address)


def test_home_queries_do_not_grow_with_past_editions(edition, client, django_assert_num_queries):
    FigureFactory(edition=EditionFactory(status="archived"))

    with django_assert_num_queries(8):
        client.get("/en/")
    for _number in range(2):
        FigureFactory(edition=EditionFactory(status="archived"))
    with django_assert_num_queries(8):
        client.get("/en/")


@pytest.mark.parametrize("template", ["400.html", "500.html", "503.html"])
def test_error_pages_need_neither_request_nor_database(template):
    with translation.override(None):
        text = render_to_string(template)

    assert '<html lang="fr">' in text
    assert '<p class="lead" lang="en">' in text
    assert text.count("<h1>") == 1


def test_not_found_is_a_page_in_the_language_of_the_address(db, client):
    response = client.get("/en/nothing/here/")

    assert response.status_code == 404
    assert "Page not found" in response.content.decode()
    assert 'hreflang="fr" href="/fr/"' in response.content.decode()


def test_refused_form_is_a_page(db):
    text = render_to_string("403_csrf.html") + render_to_string("403.html")

    assert text.count("<h1>") == 2


def test_names_of_the_pages():
    with translation.override("fr"):
        assert [
            reverse("programme:home"),
            reverse("programme:edition", args=["2027"]),
            reverse("programme:session", args=["2027", "data"]),
        ] == ["/fr/", "/fr/2027/", "/fr/2027/sessions/data/"]
