"""The public pages, read by somebody without a session."""

import html
import re
from datetime import UTC, datetime, timedelta

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
    SeatPoolFactory,
    SessionFactory,
)

B = "\u00a0"
HOSTILE = "<script>alert('x')</script> {{ 7|add:7 }} \"q\" & ="


@pytest.fixture
def page(client):
    def get(address):
        response = client.get(address)
        assert response.status_code == 200, address
        return response.content.decode()

    return get


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


@pytest.mark.parametrize(
    ("precision", "date"),
    [("month", "May 2027"), ("day", "20 May 2027"), ("time", f"Thursday 20 May 2027, 2:00{B}pm to 6:00{B}pm")],
)
def test_date_is_as_precise_as_it_is_known(edition, page, precision, date):
    Edition.objects.update(date_precision=precision)

    assert re.search(rf"<time datetime=\"2027-05[^\"]*\">{date}</time>", page(f"/en/{edition.slug}/"))


def dots(text, css_class):
    """Count the marks of one kind as the browser draws them: one a dash, or one alone."""
    groups = re.findall(rf'<g class="{css_class}"[^>]*>(.*?)</g>', text, re.S)
    paths = re.findall(r"<path d=[^>]*>", "".join(groups))
    return sum(int(re.search(r'pathLength="(\d+)\.01"', p).group(1)) + 1 if "pathLength" in p else 1 for p in paths)


def test_open_edition_shows_one_dot_per_seat(edition, page):
    edition.seat_pools.filter(mode="onsite").update(capacity=420, taken=382)

    text = page(f"/en/{edition.slug}/")
    hollow_group = re.search(rf'<g id="cover-{edition.slug}">(.*?)</g>', text, re.S).group(0)

    assert dots(text.replace(hollow_group, ""), "f") == 382
    assert dots(hollow_group.replace("<g id", '<g class="f" id'), "f") == 38
    assert "38 seats left on site" in text
    assert "no limit online" in text


@pytest.mark.parametrize(
    ("pools", "words"),
    [
        ({"onsite": (10, 9, 0), "online": (20, 19, 0)}, ["1 seat left on site", "1 seat left online"]),
        ({"onsite": (10, 10, 3), "online": (20, 20, 0)}, ["full on site", "full online", "3 people are waiting"]),
        ({"onsite": (10, 10, 1)}, ["full on site", "1 person is waiting", "Join the waiting list"]),
        ({"onsite": (10, 10, 0), "online": (None, 0, 0)}, ["Full on site", "Join the list or follow online"]),
        ({"onsite": (None, 0, 0)}, ["no limit on site"]),
        ({"online": (1200, 0, 0)}, ["1,200 seats left online"]),
    ],
)
def test_seats_are_said_in_words(db, page, pools, words):
    edition = EditionFactory()
    for mode, (capacity, taken, waiting) in pools.items():
        SeatPoolFactory(edition=edition, mode=mode, capacity=capacity, taken=taken, waiting=waiting)

    text = page(f"/en/{edition.slug}/")

    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"registration_opens_at": datetime(2027, 4, 1, 7, tzinfo=UTC)},
            f"Thursday 1 April 2027, 9:00{B}am (Paris time)",
        ),
        ({"registration_closes_at": NOW}, "Registration is closed"),
        ({"status": "postponed"}, "Edition postponed"),
        ({"status": "cancelled"}, "Edition cancelled"),
    ],
)
def test_state_is_said_where_the_button_would_be(edition, page, fields, words):
    Edition.objects.update(**fields)

    for address in ("/en/", f"/en/{edition.slug}/"):
        text = page(address)
        assert words in text
        assert 'class="btn"' not in text


@pytest.mark.parametrize(
    ("pool", "words"),
    [
        ({"mode": "onsite", "capacity": 10}, "10 seats on site"),
        ({"mode": "onsite", "capacity": None}, "no limit on site"),
        ({"mode": "online", "capacity": 10}, "10 seats online"),
        ({"mode": "online", "capacity": None}, "no limit online"),
    ],
)
def test_seats_offered_are_said_before_registration_opens(db, page, pool, words):
    edition = SeatPoolFactory(**pool, edition__registration_opens_at=NOW + timedelta(days=1)).edition

    assert words in page(f"/en/{edition.slug}/")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({}, "French Academy of Medicine, Paris, or online"),
        ({"venue_fr": "", "venue_en": "", "city_fr": "", "city_en": ""}, "or online"),
    ],
)
def test_place_names_both_modes(edition, page, fields, place):
    Edition.objects.update(**fields)

    assert f"<dd>{place}" in page(f"/en/{edition.slug}/")


@pytest.mark.parametrize(("city", "place"), [("", "Online"), ("Paris", "Paris, online")])
def test_place_of_an_online_edition(db, page, city, place):
    edition = EditionFactory(venue_fr="", venue_en="", city_fr=city, city_en=city)
    SeatPoolFactory(edition=edition, mode="online", capacity=None)

    assert f"<dd>{place}" in page(f"/en/{edition.slug}/")


@pytest.mark.parametrize(("state", "is_offered"), [({}, True), ({"registration_closes_at": NOW}, False)])
def test_navigation_offers_to_register_while_one_can(edition, page, state, is_offered):
    Edition.objects.filter(pk=edition.pk).update(**state)

    assert (f'href="/en/{edition.slug}/register/"' in page(f"/en/{edition.slug}/programme/")) is is_offered


def past(**fields):
    return EditionFactory(
        slug="2021",
        ordinal=1,
        status="archived",
        starts_at=NOW - timedelta(days=2000),
        date_precision="month",
        **fields,
    )


def test_past_edition_shows_its_figure_and_where_it_comes_from(db, page):
    FigureFactory(edition=past(), value=600, is_approximate=True, source_url="https://example.org/release")
    EditionFactory()

    for address in ("/en/2021/", "/en/"):
        text = " ".join(page(address).split())

        assert "<small>nearly</small> 600 <small>participants</small>" in text
        assert '<a href="https://example.org/release" rel="noopener">press release of 21 October 2022</a>.' in text
        assert "Declared and rounded." in text
        assert "Mode not stated." in text
        assert dots(text, "f v") > 0
    assert "First edition, past" in page("/en/2021/")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"source": "counted", "measure": "present", "mode": "onsite"},
            ["people present", "one person at a time", "On site."],
        ),
        ({"source": "counted", "measure": "people", "mode": "all", "is_sample": True}, ["distinct people", "a sample"]),
        ({"measure": "registered", "mode": "online"}, ["registrations", "Declared.", "Online."]),
        ({"measure": "confirmed", "stated_date": NOW.date()}, ["confirmed registrations", "1 March 2027"]),
    ],
)
def test_each_figure_says_what_it_counts(db, page, fields, words):
    FigureFactory(edition=past(), **fields)

    text = page("/en/2021/")

    assert [word for word in words if word not in text] == []


def test_home_between_editions_shows_the_last_one(db, page):
    FigureFactory(edition=past(), value=600, is_approximate=True, source_url="https://example.org/release")

    text = " ".join(page("/en/").split())

    assert "First edition, past" in text
    assert "nearly 600<" in text
    assert 'declared, not counted here, <a href="https://example.org/release" rel="noopener">press release' in text
    assert text.count('class="cover"') == 1
    assert "There is no other yet." in text


def test_past_edition_without_figures_has_no_cover(db, page):
    past()

    assert 'class="cover"' not in page("/en/2021/")
    assert 'class="cover"' not in page("/en/")


def test_programme_says_which_times_are_missing(edition, page):
    SessionFactory(edition=edition, starts_at=edition.starts_at, ends_at=edition.starts_at + timedelta(hours=1))
    SessionFactory(edition=edition, kind="pause", title_en="Coffee")

    text = page(f"/en/{edition.slug}/programme/")

    assert f"2:00{B}pm</time>" in text
    assert f"to 3:00{B}pm</span>" in text
    assert "Time to come" in text
    assert "Paris time." in text
    assert "Coffee" in text


def test_programme_of_a_past_edition_says_that_times_were_not_published(db, page):
    SessionFactory(edition=past())

    text = page("/en/2021/programme/")

    assert "Time not published" in text
    assert "Paris time." not in text


def test_programme_over_two_days_names_each(edition, page):
    for days in (0, 1):
        SessionFactory(edition=edition, starts_at=edition.starts_at + timedelta(days=days))

    text = page(f"/en/{edition.slug}/programme/")

    assert re.findall(r'<h2 class="day">(.*?)</h2>', text) == ["Thursday 20 May 2027", "Friday 21 May 2027"]
    assert text.count("<h3>") == 2


def test_programme_that_is_empty_says_so(edition, page):
    assert "The programme is not published yet." in page(f"/en/{edition.slug}/programme/")


@pytest.mark.parametrize(("taken", "words"), [(29, "1 seat left"), (30, "Full: registration joins the waiting list")])
def test_session_says_its_seats(edition, page, taken, words):
    session = SessionFactory(edition=edition, slug="data")
    SeatPoolFactory(edition=edition, mode="", session=session, capacity=30, taken=taken)

    assert words in page(f"/en/{edition.slug}/sessions/data/")


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
