"""What everybody may read, and that nothing else is there."""

from datetime import timedelta

import pytest

from programme.models import Edition
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
    registered,
    with_seats,
)

DRAFT = Edition.Status.DRAFT


def test_edition_is_told_in_the_language_asked_for(anybody, edition):
    french = anybody.get(f"editions/{edition.slug}")
    english = anybody.get(f"editions/{edition.slug}?lang=en")

    assert (french.json()["title"], french["Content-Language"]) == ("IA et médecine", "fr")
    assert (english.json()["title"], english["Content-Language"]) == ("AI and medicine", "en")
    assert english.json()["url"] == f"http://testserver/en/{edition.slug}/"
    assert english.json()["starts_at"] == "2027-05-20T14:00:00+02:00"


def test_editions_say_which_seats_are_left(anybody, edition):
    registered(edition)

    line = anybody.get("editions").json()["items"][0]

    assert (line["state"], line["waiting"]) == ("open", 0)
    assert line["seats"] == [
        {"mode": "onsite", "capacity": 10, "free": 9},
        {"mode": "online", "capacity": None, "free": None},
    ]


def test_seats_of_an_edition_that_is_closed_are_not_told(anybody, edition):
    Edition.objects.update(registration_closes_at=NOW)

    line = anybody.get("editions").json()["items"][0]

    assert (line["state"], line["seats"], line["waiting"]) == ("closed", [], 0)


def test_editions_to_come_and_past_are_told_apart(anybody, edition):
    past = EditionFactory(starts_at=NOW - timedelta(days=9), ends_at=NOW - timedelta(days=8))

    def slugs(when):
        return [line["slug"] for line in anybody.get(f"editions?when={when}").json()["items"]]

    assert (slugs("upcoming"), slugs("past")) == ([edition.slug], [past.slug])


def test_what_a_link_of_the_person_opens_is_told_to_nobody(anybody, edition):
    Edition.objects.update(joining_url="https://meet.example.org/secret", joining_instructions_fr="secret words")

    assert "secret" not in anybody.get(f"editions/{edition.slug}").content.decode()


def test_edition_that_moved_online_has_no_address(anybody, edition):
    Edition.objects.update(address_fr="16 rue Bonaparte", access_information_fr="Métro", moved_online_at=NOW)
    SessionFactory(edition=edition, room_fr="Salle des séances")

    told = anybody.get(f"editions/{edition.slug}").json()
    session = anybody.get(f"editions/{edition.slug}/sessions").json()[0]

    assert (told["address"], told["access_information"], session["room"]) == ("", "", "")


def test_edition_with_a_new_date_says_the_old_one_and_who_is_there_for_all_of_it(anybody, edition):
    Edition.objects.update(previous_starts_at=NOW)
    AppearanceFactory(edition=edition, session=None, person__family_name="Chair", role="chair")
    DocumentFactory(edition=edition, url_fr="https://example.org/fr")

    told = anybody.get(f"editions/{edition.slug}").json()

    assert told["previous_starts_at"] == "2027-03-01T13:00:00+01:00"
    assert [(one["name"], one["role"]) for one in told["people"]] == [("Claire Chair", "chair")]
    assert [(one["title"], one["url"]) for one in told["documents"]] == [("Communiqué", "https://example.org/fr")]


def test_programme_is_told_in_its_order_with_people_and_seats(anybody, edition):
    SessionFactory(edition=edition, kind="pause", position=1)
    talk = with_seats(edition, 7, slug="talk", position=2, starts_at=edition.starts_at)
    AppearanceFactory(session=talk, person__slug="claire", affiliation_fr="Académie", role="moderator")

    pause, session = anybody.get(f"editions/{edition.slug}/sessions").json()

    assert (pause["number"], pause["seats"], pause["url"], pause["starts_at"]) == (None, None, None, None)
    assert (session["number"], session["seats"]) == (1, {"capacity": 7, "free": 7})
    assert session["url"] == f"http://testserver/fr/{edition.slug}/sessions/talk/"
    assert session["people"][0] | {"name": ""} == {
        "person": "claire",
        "name": "",
        "role": "moderator",
        "affiliation": "Académie",
    }


def test_seats_of_a_session_are_told_while_registration_is_open(anybody, edition):
    with_seats(edition, 7)
    Edition.objects.update(registration_opens_at=NOW + timedelta(days=1))

    assert anybody.get(f"editions/{edition.slug}/sessions").json()[0]["seats"] is None


def test_figure_comes_with_its_provenance(anybody, edition):
    FigureFactory(edition=edition, value=600, is_approximate=True)

    assert anybody.get(f"editions/{edition.slug}/figures?lang=en").json() == [
        {
            "value": 600,
            "is_approximate": True,
            "measure": "not_stated",
            "mode": "not_stated",
            "source": "declared",
            "source_label": "press release of 21 October 2022",
            "source_url": "",
            "stated_date": "2022-10-21",
            "is_sample": False,
        }
    ]


def test_person_is_told_with_everything_public_that_they_did(anybody, edition):
    person = PersonFactory(slug="claire", affiliation_fr="Académie", orcid="0000-0002-1825-0097")
    AppearanceFactory(session=SessionFactory(edition=edition, slug="talk"), person=person)
    AppearanceFactory(edition=edition, session=None, person=person, role="chair", affiliation_fr="Institut")
    AppearanceFactory(session__edition__status=DRAFT, person=person)

    told = anybody.get("people/claire").json()

    assert (told["orcid"], told["url"]) == ("0000-0002-1825-0097", "http://testserver/fr/people/claire/")
    assert told["appearances"] == [
        {"edition": edition.slug, "session": "talk", "role": "speaker", "affiliation": "Académie"},
        {"edition": edition.slug, "session": None, "role": "chair", "affiliation": "Institut"},
    ]


def test_organisation_is_told_with_its_partnerships(anybody, edition):
    organisation = OrganisationFactory(slug="mit", ror="042nb2s44")
    PartnershipFactory(edition=edition, organisation=organisation, role="supporter")
    PartnershipFactory(edition__status=DRAFT, organisation=organisation)
    organisation.logos.create(variant="dark", content=b"", digest="1" * 64, width=1, height=1)

    assert anybody.get("organisations").json()["items"][0]["logo"] is None
    organisation.logos.create(variant="light", content=b"", digest="0" * 64, width=1, height=1)
    told = anybody.get("organisations").json()["items"]

    assert [(one["slug"], one["ror"]) for one in told] == [("mit", "042nb2s44")]
    assert told[0]["logo"] == f"http://testserver/logos/{'0' * 64}.png"
    assert told[0]["partnerships"] == [{"edition": edition.slug, "role": "supporter"}]


def test_draft_and_what_is_in_drafts_alone_are_not_there(anybody, db):
    draft = EditionFactory(slug="draft", status=DRAFT)
    AppearanceFactory(session__edition=draft, person__slug="unannounced")
    PartnershipFactory(edition=draft)

    assert [anybody.get(path).json()["items"] for path in ("editions", "people", "organisations")] == [[], [], []]
    paths = ("editions/draft", "editions/draft/sessions", "editions/draft/figures", "people/unannounced")
    assert [anybody.get(path).status_code for path in paths] == [404] * 4


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [("editions", 2), ("people", 1), ("organisations", 3), ("editions/this/sessions", 4), ("editions/this/figures", 3)],
)
def test_lists_cost_the_same_for_one_row_and_for_three(anybody, db, django_assert_num_queries, path, queries, rows):
    this = EditionFactory(slug="this")
    for _number in range(rows):
        session = with_seats(this, 5)
        AppearanceFactory(session=session)
        PartnershipFactory(edition=SeatPoolFactory().edition)
    for measure in ("present", "people", "not_stated")[:rows]:
        FigureFactory(edition=this, measure=measure)

    with django_assert_num_queries(queries):
        response = anybody.get(path)

    assert response.status_code == 200
