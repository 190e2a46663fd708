"""Finding a person by the name that somebody types, and adding those who are new."""

from collections.abc import Iterable

from programme.models import Person
from programme.services.slugs import free_slug
from symposium.lib.text import fold, one_line


class SeveralPeople(Exception):
    """More than one person has this name; the list tells them apart."""


class KnownPeople:
    """Everybody of the programmes, read in one query. Case, accents and spaces do not count."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.added: list[Person] = []
        self._slugs: set[str] = set()
        self._by_name: dict[str, list[Person]] = {}
        for person in people:
            self._note(person)

    @classmethod
    def read(cls) -> "KnownPeople":
        return cls(Person.objects.only("id", "slug", "given_name", "family_name").order_by("family_name", "id"))

    @property
    def labels(self) -> list[str]:
        """Return what the list offers: a name, or where several have it, each with their short name."""
        return [
            person.name if len(namesakes) == 1 else _label(person)
            for namesakes in self._by_name.values()
            for person in namesakes
        ]

    def find(self, words: str) -> Person | None:
        """Return who is called so.

        :raises SeveralPeople: more than one is.
        """
        found = self._by_name.get(fold(words), [])
        if len(found) > 1:
            raise SeveralPeople(words)
        return found[0] if found else self._find_by_label(fold(words))

    def add(self, *, given_name: str, family_name: str) -> Person:
        """Return the person of this name, new where nobody has it: added once, however often they are named.

        :raises SeveralPeople: more than one has it.
        """
        given_name, family_name = one_line(given_name), one_line(family_name)
        found = self.find(f"{given_name} {family_name}")
        if found is not None:
            return found
        slug = free_slug(f"{given_name} {family_name}", otherwise="person", taken=self._slugs)
        person = Person.objects.create(slug=slug, given_name=given_name, family_name=family_name)
        self.added.append(person)
        self._note(person)
        return person

    def _note(self, person: Person) -> None:
        self._slugs.add(person.slug)
        self._by_name.setdefault(fold(person.name), []).append(person)

    def _find_by_label(self, words: str) -> Person | None:
        namesakes = (people for people in self._by_name.values() if len(people) > 1)
        return next((person for people in namesakes for person in people if fold(_label(person)) == words), None)


def _label(person: Person) -> str:
    return f"{person.name} ({person.slug})"
