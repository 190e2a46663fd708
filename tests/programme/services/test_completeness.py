"""How complete an edition is in each language."""

from programme.services.completeness import TEXTS, Missing, completeness_of
from tests.factories import (
    AppearanceFactory,
    DocumentFactory,
    EditionFactory,
    OrganisationFactory,
    PartnershipFactory,
    PersonFactory,
    SessionFactory,
)


def counts(edition):
    return {one.language: (one.filled, one.total) for one in completeness_of(edition)}


def test_only_what_is_there_in_a_language_counts(db):
    edition = EditionFactory(title_fr="IA", title_en="AI", venue_fr="Académie", venue_en="", city_fr=" ", city_en=None)

    french, english = completeness_of(edition)

    assert counts(edition) == {"fr": (2, 2), "en": (1, 2)}
    assert (french.is_complete, english.is_complete) == (True, False)
    assert english.missing == [Missing(edition, "venue", "en")]


def test_everything_that_its_pages_show_is_counted_once(db):
    edition = EditionFactory(title_en="", venue_fr="", city_fr="", venue_en="", city_en="")
    session = SessionFactory(edition=edition, title_fr="Un", title_en="One", summary_en="About")
    other = SessionFactory(edition=edition, title_fr="Deux", title_en="Two")
    person = PersonFactory(biography_fr="Vie", affiliation_fr="Ici", affiliation_en="Here")
    appearance = AppearanceFactory(session=session, person=person, affiliation_fr="Alors")
    AppearanceFactory(session=other, person=person)
    organisation = OrganisationFactory(name_en="", about_en="About us")
    PartnershipFactory(edition=edition, organisation=organisation)
    PartnershipFactory(edition=edition, organisation=organisation, role="partner")
    document = DocumentFactory(edition=edition, title_en="", url_fr="https://example.org/")
    DocumentFactory()

    french, english = completeness_of(edition)

    assert (french.total, french.filled, english.total, english.filled) == (10, 8, 10, 5)
    assert french.missing == [Missing(session, "summary", "fr"), Missing(organisation, "about", "fr")]
    assert english.missing == [
        Missing(edition, "title", "en"),
        Missing(appearance, "affiliation", "en"),
        Missing(person, "biography", "en"),
        Missing(organisation, "name", "en"),
        Missing(document, "title", "en"),
    ]


def test_edition_whose_texts_are_read_asks_nothing(db, django_assert_num_queries):
    edition = EditionFactory()
    SessionFactory(edition=edition)
    read = type(edition).objects.prefetch_related(*TEXTS).get()

    with django_assert_num_queries(0):
        completeness_of(read)
