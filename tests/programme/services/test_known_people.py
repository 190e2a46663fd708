"""Finding people by the names that others type, and short names that nothing else has."""

import pytest

from programme.models import Person
from programme.services.people import KnownPeople, SeveralPeople
from programme.services.slugs import free_slug
from tests.factories import PersonFactory


@pytest.mark.parametrize(
    ("words", "slug"),
    [("Œuvres & idées", "oeuvres-idees"), ("Débat", "debat-3"), ("— ?", "session"), ("日本", "session")],
)
def test_short_name_is_made_of_the_letters_and_is_free(words, slug):
    assert free_slug(words, otherwise="session", taken={"debat", "debat-2"}) == slug


def test_short_name_of_the_longest_title_fits():
    assert len(free_slug("a" * 200, otherwise="session", taken={"a" * 46})) == len("a" * 46 + "-2")


def test_accents_case_and_spaces_do_not_count(db):
    zoe = PersonFactory(given_name="Zoé", family_name="Le Gall")

    assert KnownPeople.read().find(" zoe  LE gall") == zoe
    assert KnownPeople.read().find("Zoé") is None


def test_namesakes_are_found_by_their_short_name_alone(db):
    one, other = (PersonFactory(slug=slug, given_name="Paul", family_name="Double") for slug in ("paul-1", "paul-2"))
    known = KnownPeople.read()

    with pytest.raises(SeveralPeople):
        known.find("Paul Double")
    assert (known.find("Paul Double (paul-1)"), known.find("Paul Double (paul-2)")) == (one, other)
    assert known.labels == ["Paul Double (paul-1)", "Paul Double (paul-2)"]


def test_person_added_twice_is_one_person(db):
    known = KnownPeople.read()

    first = known.add(given_name=" Zoé", family_name="Nouvelle")
    second = known.add(given_name="ZOE", family_name="nouvelle ")

    assert (first, known.added) == (second, [first])
    assert list(Person.objects.values_list("slug", "given_name", "family_name")) == [
        ("zoe-nouvelle", "Zoé", "Nouvelle")
    ]
