"""What the head of a page tells search engines and messengers, and the programme in somebody else's frame."""

import json
import re
from datetime import timedelta

import pytest

from programme.models import Edition, Partnership, Person, Session
from tests.factories import (
    NOW,
    AppearanceFactory,
    EditionFactory,
    OrganisationFactory,
    PartnershipFactory,
    PersonFactory,
    SeatPoolFactory,
    SessionFactory,
    with_seats,
)

SCHEMA = "https://schema.org/"


@pytest.fixture
def structured(page):
    """Read the one data block of a page."""

    def read(address):
        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(address), re.S)
        data = json.loads(block)
        assert data.pop("@context") == "https://schema.org"
        return data

    return read


def tags(text):
    return dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', text))


def test_home_is_a_series_of_editions(edition, structured):
    EditionFactory(slug="2021", status="archived", date_precision="month")
    EditionFactory(slug="draft", status="draft")

    data = structured("/en/")

    assert (data["@type"], data["@id"], data["url"]) == ("EventSeries", "http://testserver/", "http://testserver/en/")
    assert [(one["@id"], one["startDate"]) for one in data["subEvent"]] == [
        (f"http://testserver/{edition.slug}/", "2027-05-20T14:00:00+02:00"),
        ("http://testserver/2021/", "2027-05"),
    ]


def test_home_of_an_empty_site_is_a_series_of_none(db, structured):
    assert structured("/en/")["subEvent"] == []


def test_edition_says_when_where_and_how(edition, structured):
    data = structured(f"/en/{edition.slug}/")

    address = f"http://testserver/en/{edition.slug}/"
    assert {name: data[name] for name in ("@type", "@id", "url", "name", "alternateName", "startDate", "endDate")} == {
        "@type": "EducationEvent",
        "@id": f"http://testserver/{edition.slug}/",
        "url": address,
        "name": "AI and medicine",
        "alternateName": "IA et médecine",
        "startDate": "2027-05-20T14:00:00+02:00",
        "endDate": "2027-05-20T18:00:00+02:00",
    }
    assert data["eventStatus"] == f"{SCHEMA}EventScheduled"
    assert data["eventAttendanceMode"] == f"{SCHEMA}MixedEventAttendanceMode"
    assert data["location"] == [
        {"@type": "Place", "name": "French Academy of Medicine", "address": "French Academy of Medicine, Paris"},
        {"@type": "VirtualLocation", "url": address},
    ]
    assert data["inLanguage"] == ["fr", "en"]
    assert data["isAccessibleForFree"] is True
    assert data["superEvent"]["@type"] == "EventSeries"


@pytest.mark.parametrize(
    ("modes", "mode", "places"),
    [
        (["onsite"], "OfflineEventAttendanceMode", "Place"),
        (["online"], "OnlineEventAttendanceMode", "VirtualLocation"),
        ([], None, "Place"),
    ],
)
def test_mode_and_place_are_those_offered(db, structured, modes, mode, places):
    edition = EditionFactory()
    for offered in modes:
        SeatPoolFactory(edition=edition, mode=offered)

    data = structured(f"/en/{edition.slug}/")

    assert data.get("eventAttendanceMode") == (mode and SCHEMA + mode)
    assert data["location"]["@type"] == places


def test_nothing_is_said_of_a_place_that_is_not_known(db, structured):
    edition = EditionFactory(venue_fr="", venue_en="", city_fr="", city_en="")

    assert "location" not in structured(f"/en/{edition.slug}/")


@pytest.mark.parametrize(
    ("status", "word"),
    [("cancelled", "EventCancelled"), ("postponed", "EventPostponed"), ("archived", "EventScheduled")],
)
def test_status_is_the_real_one_and_ends_the_offer(edition, structured, status, word):
    SessionFactory(edition=edition, slug="data")
    Edition.objects.update(status=status)

    data, session = structured(f"/en/{edition.slug}/"), structured(f"/en/{edition.slug}/sessions/data/")

    assert [data["eventStatus"], data["subEvent"][0]["eventStatus"], session["eventStatus"]] == [SCHEMA + word] * 3
    assert "offers" not in data
    assert "offers" not in session


@pytest.mark.parametrize(("onsite", "online", "word"), [((10, 9), (5, 5), "InStock"), ((10, 10), (5, 5), "SoldOut")])
def test_offer_and_capacities_follow_the_seats(edition, structured, onsite, online, word):
    for mode, (capacity, taken) in (("onsite", onsite), ("online", online)):
        edition.seat_pools.filter(mode=mode).update(capacity=capacity, taken=taken)

    data = structured(f"/en/{edition.slug}/")

    assert data["offers"] == {
        "@type": "Offer",
        "price": 0,
        "priceCurrency": "EUR",
        "url": f"http://testserver/en/{edition.slug}/register/",
        "availability": SCHEMA + word,
        "validFrom": "2027-01-30T13:00:00+01:00",
        "validThrough": "2027-05-19T14:00:00+02:00",
    }
    assert {name: value for name, value in data.items() if name.endswith("Capacity")} == {
        "maximumAttendeeCapacity": 15,
        "maximumPhysicalAttendeeCapacity": 10,
        "maximumVirtualAttendeeCapacity": 5,
        "remainingAttendeeCapacity": 10 - onsite[1],
    }


def test_no_sum_is_said_where_a_mode_has_no_limit(edition, structured):
    data = structured(f"/en/{edition.slug}/")

    assert {name: value for name, value in data.items() if name.endswith("Capacity")} == {
        "maximumPhysicalAttendeeCapacity": 10
    }


def test_edition_names_people_and_organisations_by_what_they_did(edition, structured):
    session = SessionFactory(edition=edition)
    speaker = PersonFactory(
        slug="ada", given_name="Ada", family_name="Speaks", orcid="0000-0002-1825-0097", affiliation_en="MIT"
    )
    AppearanceFactory(session=session, person=speaker)
    AppearanceFactory(session=SessionFactory(edition=edition), person=speaker)
    AppearanceFactory(session=session, role="moderator", person=PersonFactory(given_name="", family_name="Moderates"))
    AppearanceFactory(
        session=None, edition=edition, role="chair", person=PersonFactory(given_name="", family_name="Chairs")
    )
    for role in Partnership.Role:
        organisation = OrganisationFactory(name_en=f"The {role}", ror="042nb2s44", website="https://example.org/")
        PartnershipFactory(edition=edition, organisation=organisation, role=role)

    data = structured(f"/en/{edition.slug}/")

    assert data["performer"] == [
        {
            "@type": "Person",
            "name": "Ada Speaks",
            "url": "http://testserver/en/people/ada/",
            "affiliation": {"@type": "Organization", "name": "MIT"},
            "sameAs": "https://orcid.org/0000-0002-1825-0097",
        }
    ]
    assert [(one["@type"], one["roleName"], one["contributor"]["name"]) for one in data["contributor"]] == [
        ("Role", "moderator", "Moderates"),
        ("Role", "chair", "Chairs"),
        ("Role", "partner", "The partner"),
    ]
    assert data["organizer"] == [
        {
            "@type": "Organization",
            "name": "The organizer",
            "url": "https://example.org/",
            "sameAs": "https://ror.org/042nb2s44",
        }
    ]
    assert [one["name"] for one in data["sponsor"]] == ["The supporter"]


def test_session_has_its_own_times_seats_and_place(edition, structured):
    session = with_seats(edition, 30, slug="data", starts_at=edition.starts_at, room_en="Room A")
    Session.objects.update(ends_at=edition.starts_at + timedelta(hours=1))
    session.seat_pool.taken = 30
    session.seat_pool.save()

    data = structured(f"/en/{edition.slug}/sessions/data/")

    assert (data["startDate"], data["endDate"]) == ("2027-05-20T14:00:00+02:00", "2027-05-20T15:00:00+02:00")
    assert data["location"][0]["name"] == "Room A, French Academy of Medicine"
    assert (data["maximumAttendeeCapacity"], data["remainingAttendeeCapacity"]) == (30, 0)
    assert data["offers"]["availability"] == f"{SCHEMA}SoldOut"
    assert data["superEvent"]["@id"] == f"http://testserver/{edition.slug}/"


@pytest.mark.parametrize(("precision", "starts"), [("day", "2027-05-20"), ("month", "2027-05")])
def test_session_without_times_has_the_date_of_its_edition(edition, structured, precision, starts):
    SessionFactory(edition=edition, slug="data")
    Edition.objects.update(date_precision=precision)

    assert structured(f"/en/{edition.slug}/sessions/data/")["startDate"] == starts


def test_hostile_texts_stay_inside_the_data(edition, page, structured):
    hostile = "</script><script>alert(1)</script><!-- &amp; \u2028 \x01 ]]>"
    Edition.objects.update(title_en=hostile, lead_en=hostile, venue_en=hostile)
    session = SessionFactory(edition=edition, slug="data", title_en=hostile, summary_en=hostile)
    AppearanceFactory(session=session, person=PersonFactory(slug="ada", given_name=hostile), affiliation_en=hostile)

    for address in ("/en/", f"/en/{edition.slug}/", f"/en/{edition.slug}/sessions/data/"):
        text = page(address)
        assert text.count("<script") == text.count("</script") == 1
        assert "<!--" not in text
        structured(address)
    name = "</script><script>alert(1)</script><!-- &amp; ]]>"
    assert structured(f"/en/{edition.slug}/")["name"] == name


def test_page_is_quoted_in_its_language(edition, page):
    Edition.objects.update(lead_en="What can it do?", lead_fr="Que peut-elle ?")

    assert tags(page(f"/en/{edition.slug}/")) == {
        "viewport": "width=device-width, initial-scale=1",
        "description": "20 May 2027. French Academy of Medicine, Paris. What can it do?",
        "og:site_name": "Symposium",
        "og:type": "website",
        "og:title": "AI and medicine",
        "og:image": f"http://testserver/en/{edition.slug}/preview.png",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "AI and medicine",
        "twitter:card": "summary_large_image",
        "og:description": "20 May 2027. French Academy of Medicine, Paris. What can it do?",
        "og:url": f"http://testserver/en/{edition.slug}/",
        "og:locale": "en_GB",
        "og:locale:alternate": "fr_FR",
    }
    assert tags(page(f"/fr/{edition.slug}/"))["og:description"].endswith("Que peut-elle\u202f?")


def test_each_public_page_is_quoted_as_itself(edition, page):
    session = SessionFactory(edition=edition, slug="data", summary_en="word " * 100)
    AppearanceFactory(session=session, person=PersonFactory(slug="ada", given_name="Ada", family_name="Speaks"))
    Person.objects.update(affiliation_en="MIT")

    titles = {
        "/en/": "AI and medicine",
        f"/en/{edition.slug}/programme/": "Programme: AI and medicine",
        f"/en/{edition.slug}/sessions/data/": "Governing data",
        f"/en/{edition.slug}/register/": "Register: AI and medicine",
        "/en/people/ada/": "Ada Speaks",
    }
    for address, title in titles.items():
        found = tags(page(address))
        assert found["og:title"] == title
        assert 0 < len(found["description"]) <= 160
    Edition.objects.update(status="cancelled")
    assert tags(page(f"/en/{edition.slug}/"))["og:title"] == "Cancelled: AI and medicine"


def test_page_of_a_person_of_whom_nothing_is_told_has_no_description(edition, page):
    AppearanceFactory(session=SessionFactory(edition=edition), person=PersonFactory(slug="ada"))

    assert "description" not in tags(page("/en/people/ada/"))


@pytest.mark.parametrize("name", ["privacy", "accessibility", "legal", "sitemap"])
def test_page_about_the_site_is_quoted_without_a_picture(name, db, page):
    found = tags(page(f"/en/{name}/"))

    assert 0 < len(found["description"]) <= 160
    assert "og:image" not in found


def test_page_of_an_empty_site_is_quoted(db, page):
    assert tags(page("/en/"))["og:title"] == "Symposium"


def test_programs_are_led_to_the_files(edition, page):
    SessionFactory(edition=edition, slug="data", starts_at=edition.starts_at)

    for path in ("", "programme/", "sessions/data/"):
        text = page(f"/en/{edition.slug}/{path}")
        for name, kind in (
            ("ics", "text/calendar"),
            ("json", "application/json"),
            ("xml", "application/vnd.c3voc.schedule+xml"),
        ):
            assert re.search(
                rf'<link rel="alternate" type="{re.escape(kind)}"[^>]* href="/{edition.slug}/schedule\.{name}\?lang=en">',
                text,
            )


def test_readers_can_keep_the_date(edition, page):
    SessionFactory(edition=edition, slug="data", starts_at=edition.starts_at)
    SessionFactory(edition=edition, slug="later")
    feed, session = (
        f'href="/{edition.slug}/schedule.ics?lang=en" type=',
        f'href="/{edition.slug}/sessions/data.ics?lang=en" type=',
    )

    assert feed in page(f"/en/{edition.slug}/")
    assert feed in page(f"/en/{edition.slug}/programme/")
    assert session in page(f"/en/{edition.slug}/sessions/data/")
    assert "Add to my calendar" not in page(f"/en/{edition.slug}/sessions/later/")


@pytest.mark.parametrize(
    "fields", [{"status": "cancelled"}, {"status": "postponed"}, {"date_precision": "month"}, {"starts_at": NOW - timedelta(1), "ends_at": NOW, "registration_closes_at": NOW}]
)  # fmt: skip
def test_a_date_that_is_not_to_come_cannot_be_kept(edition, page, fields):
    Edition.objects.update(**fields)

    assert "Add to my calendar" not in page(f"/en/{edition.slug}/")


def test_programme_stands_in_any_frame(edition, client):
    session = SessionFactory(edition=edition, slug="data")
    AppearanceFactory(session=session, person=PersonFactory(slug="ada"))

    response = client.get(f"/en/{edition.slug}/programme/embed/")
    text = response.content.decode()

    assert "X-Frame-Options" not in response
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert response.cookies == {}
    links = re.findall(r"<a [^>]*>", text)
    assert len(links) == 3
    assert all('target="_blank" rel="noopener"' in link for link in links)
    assert f'<link rel="canonical" href="http://testserver/en/{edition.slug}/programme/">' in text
    assert '<meta name="robots" content="noindex">' in text
    assert "<nav" not in text
    assert "<script" not in text


def test_only_the_embedded_programme_can_be_framed(edition, client):
    for path in ("", "programme/"):
        response = client.get(f"/en/{edition.slug}/{path}")
        assert response["X-Frame-Options"] == "DENY"
        assert "_blank" not in response.content.decode()
    client.get(f"/en/{edition.slug}/programme/embed/")
    assert "X-Frame-Options" not in client.get(
        f"/en/{edition.slug}/programme/embed/"
    )  # nor when it comes from the cache


def test_draft_cannot_be_embedded(edition, client):
    Edition.objects.update(status="draft")

    assert client.get(f"/en/{edition.slug}/programme/embed/").status_code == 404
