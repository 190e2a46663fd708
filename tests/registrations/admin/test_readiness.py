"""Texts in both languages, and the check-list before an edition is published."""

import pytest

from programme.models import Edition, LegalNotice, StaffRole
from programme.services.readiness import Code
from registrations.admin.readiness import WORDS
from symposium.trail.models import TrailEntry
from tests.factories import (
    AppearanceFactory,
    DocumentFactory,
    EditionFactory,
    OrganisationFactory,
    PartnershipFactory,
    PersonFactory,
    SessionFactory,
)
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import send, shown, told

LIST = "/admin/programme/edition/"


def change(edition):
    return f"{LIST}{edition.pk}/change/"


def publish(edition):
    return f"{LIST}{edition.pk}/publish/"


@pytest.fixture
def draft(edition):
    Edition.objects.update(status="draft")
    edition.refresh_from_db()
    return edition


# Texts in both languages


def test_list_says_how_complete_each_language_is(organizer, edition):
    assert ">complete<" in shown(organizer.get(LIST))

    Edition.objects.update(lead_fr="Deux journées.", title_fr="")

    assert ">French: 3 of 4 texts · English: 3 of 4 texts<" in shown(organizer.get(LIST))


def test_list_of_three_with_programmes_costs_as_much_as_of_one(organizer, edition, django_assert_max_num_queries):
    def add_texts(edition):
        AppearanceFactory(session=SessionFactory(edition=edition))
        PartnershipFactory(edition=edition)
        DocumentFactory(edition=edition)

    add_texts(edition)
    organizer.get(LIST)
    with django_assert_max_num_queries(100) as one:
        organizer.get(LIST)
    for _more in range(2):
        another = EditionFactory()
        StaffRole.objects.create(user=organizer.user, edition=another, role="organizer")
        add_texts(another)

    with django_assert_max_num_queries(len(one)):
        organizer.get(LIST)


def test_page_leads_to_each_text_that_is_missing(organizer, edition):
    first, second = (SessionFactory(edition=edition, position=place) for place in (1, 2))
    person = PersonFactory(given_name="Claire", family_name="Exemple", biography_fr="Une vie.")
    AppearanceFactory(session=first, person=person)
    AppearanceFactory(session=second, person=person, affiliation_fr="Alors")
    organisation = OrganisationFactory(name_fr="Institut", name_en="")
    PartnershipFactory(edition=edition, organisation=organisation)
    DocumentFactory(edition=edition, title_fr="Dossier", title_en="")
    Edition.objects.update(lead_fr="Deux journées.")
    second.note_en = "Bring a laptop."
    second.save()

    page = shown(organizer.get(change(edition)))

    lines = [
        ("#id_lead_en", "Edition: introduction"),
        ("#appearances-1", "Claire Exemple: role and affiliation then"),
        ("#documents-0", "Dossier: title"),
        ("#sessions-1", "Governing data: note under the session"),
    ]
    for anchor, words in lines:
        assert f'<a href="{change(edition)}{anchor}">{words}</a>' in page
    assert (
        f'<a href="/admin/programme/person/{person.pk}/change/#id_biography_en">Claire Exemple: biography</a>' in page
    )
    assert f'<a href="/admin/programme/organisation/{organisation.pk}/change/#id_name_en">Institut: name</a>' in page


def test_page_for_a_new_edition_counts_nothing(organizer):
    assert "texts-title" not in shown(organizer.get(f"{LIST}add/"))


# The check-list


def test_publishing_leads_to_the_checklist_and_keeps_what_was_typed(organizer, draft, saved):
    typed = {"status": "published", "contact_email": "office@example.org"}

    response = saved(lambda: send(organizer, change(draft), "edition_form", **typed))

    assert response["Location"] == publish(draft)
    assert Edition.objects.values_list("status", "contact_email").get() == ("draft", "office@example.org")
    assert TrailEntry.objects.filter(fields__contains=["status"]).count() == 0


def test_other_changes_of_status_lead_nowhere_else(organizer, edition, saved):
    Edition.objects.update(status="postponed")

    response = saved(lambda: send(organizer, change(edition), "edition_form", status="published"))

    assert response["Location"] == LIST
    assert Edition.objects.get().status == "published"


def test_warnings_need_a_tick(organizer, draft, saved, django_capture_on_commit_callbacks):
    page = shown(organizer.get(publish(draft)))
    refused = organizer.post(publish(draft))
    before = Edition.objects.get().status

    done = organizer.post(publish(draft), {"publish_anyway": "on"})

    assert "There is no contact address" in page
    assert "Nobody is named who answers for the personal data" in page
    assert "The programme has no session." in page
    assert f'<a href="{change(draft)}#id_contact_email">' in page
    assert (refused.status_code, before) == (422, "draft")
    assert "tick the box to say that you mean it" in shown(refused)
    assert (done.status_code, done["Location"]) == (302, change(draft))
    assert told(done) == ["The edition is published."]
    assert Edition.objects.get().status == "published"
    assert TrailEntry.objects.filter(fields__contains=["status"]).count() == 1


def test_errors_cannot_be_ticked_away(organizer, draft):
    draft.seat_pools.all().delete()

    page = shown(organizer.get(publish(draft)))
    response = organizer.post(publish(draft), {"publish_anyway": "on"})

    assert "Nobody can attend: choose on site, online or both." in page
    assert 'name="publish_anyway"' not in page
    assert response.status_code == 422
    assert "mend what stands in its way first" in shown(response)
    assert Edition.objects.get().status == "draft"


def test_edition_with_nothing_to_say_about_is_published_without_a_tick(organizer, draft, written_legal_notice):
    Edition.objects.update(
        contact_email="office@example.org",
        joining_url="https://example.org/join",
        registration_closes_at=draft.starts_at,
    )
    AppearanceFactory(session=SessionFactory(edition=draft))
    LegalNotice.objects.create(id=1, controller_fr="Institut Exemple")

    assert "Nothing is missing." in shown(organizer.get(publish(draft)))
    organizer.post(publish(draft))

    assert Edition.objects.get().status == "published"


def test_published_edition_has_its_checklist_and_is_not_published_again(organizer, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=0)

    page = shown(organizer.get(publish(edition)))
    response = organizer.post(publish(edition), {"publish_anyway": "on"})

    assert "No seat is offered here: on site." in page
    assert f'<a href="{change(edition)}#seat_pools-group">' in page
    assert "Publish the edition" not in page
    assert response.status_code == 422
    assert "Only a draft is published here." in shown(response)


def test_counts_and_names_stand_in_the_words(organizer, edition):
    Edition.objects.update(
        lead_fr="Deux journées.", access_information_fr="Métro.", seats_given_until="2027-02-01T00:00Z"
    )
    edition.seat_pools.filter(mode="onsite").update(waiting=2)
    talks = [
        SessionFactory(edition=edition, starts_at=edition.starts_at, ends_at=edition.ends_at, room_fr="A", room_en="A")
        for _talk in range(2)
    ]
    SessionFactory(edition=edition, title_fr="<b>", title_en="<b>")

    page = shown(organizer.get(publish(edition)))

    assert "English: 2 texts are missing that the other language has." in page
    assert "2 people wait, and freed seats are no longer given on." in page
    assert "Two sessions take place in A at the same time: Governing data, Governing data." in page
    assert "A session has nobody in it: &lt;b&gt;." in page
    assert f"{change(edition)}#sessions-1" in page
    assert f"{change(edition)}#appearances-group" in page
    assert len(talks) == 2


def test_checklist_of_somebody_elses_edition_is_not_there(edition):
    assert staff(EditionFactory(), "organizer").get(publish(edition)).status_code == 404
    assert staff(edition, "reader").get(publish(edition)).status_code == 404


def test_every_finding_has_words():
    with_counts = {Code.TEXTS_MISSING, Code.WAITING_FOR_NOTHING}

    assert WORDS.keys() | with_counts == set(Code)
