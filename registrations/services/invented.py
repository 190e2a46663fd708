"""People who plainly do not exist. The same seed, edition and number always make the same person."""

import random
import uuid
from dataclasses import dataclass
from random import Random

from registrations.models import Profile
from symposium.lib.text import fold
from symposium.lib.tokens import ALPHABET

# Not for secrets: what is drawn here has to come out the same each time.
GIVEN_NAMES = (
    "Adèle", "Amina", "Anna", "Antoine", "Camille", "Carlos", "Chloé", "Daniel", "Élodie", "Emma", "Fatou", "François",
    "Gaël", "Grace", "Hélène", "Hugo", "Inès", "Jan", "Jean-Marc", "Jonas", "José", "Julie", "Karim", "Laura", "Léa",
    "Linh", "Lucas", "Małgorzata", "Marc", "Marie", "Mehdi", "Nadia", "Noé", "Olga", "Paul", "Rosa", "Sofia", "Théo",
    "Tomáš", "Yasmine", "Zoé",
)  # fmt: skip
# Each means « example », « model », « draft » or « dummy » in some language.
FAMILY_NAMES = (
    "Brouillon", "Canevas", "Ébauche", "Échantillon", "Ejemplo", "Esempio", "Esquisse", "Essai", "Exemple", "Factice",
    "Fictif", "Gabarit", "Maquette", "Modèle", "Muster", "Patron", "Placeholder", "Prototype", "Przykład", "Sample",
    "Spécimen", "Témoin", "Voorbeeld", "Vzor",
)  # fmt: skip
AFFILIATIONS = {
    Profile.RESEARCHER: (
        "Université d'Exemple",
        "Institut Fictif de données",
        "Vzorová univerzita",
        "Sample University",
    ),
    Profile.CLINICIAN: ("Hôpital d'Exemple", "Musterklinik", "Clinique du Spécimen", "Sample General Hospital"),
    Profile.STUDENT: ("Université d'Exemple", "Sample School of Medicine", "École Maquette"),
    Profile.INDUSTRY: ("Gabarit & Fils", "Prototype Santé", "Placeholder Labs"),
    Profile.INSTITUTION: ("Agence Fictive de santé", "Académie d'Exemple", "Ministère du Modèle"),
    Profile.PRESS: ("Le Spécimen", "The Daily Sample"),
    Profile.OTHER: ("", "Association Témoin"),
}
PROFILES = tuple(AFFILIATIONS)
PROFILE_WEIGHTS = (38, 22, 14, 12, 8, 3, 3)
# Left out by some, as in life.
COUNTRIES = ("FR", "US", "BE", "CH", "DE", "GB", "ES", "IT", "CZ", "CA", "")
COUNTRY_WEIGHTS = (58, 12, 5, 4, 5, 4, 3, 3, 2, 2, 2)
FRENCH_SPEAKING = {"FR", "BE", "CH", "CA", ""}


@dataclass(frozen=True)
class InventedPerson:
    registration_id: uuid.UUID
    reference: str
    given_name: str
    family_name: str
    email: str
    affiliation: str
    profile: Profile
    country: str
    language: str


def draws(seed: int, *names: object) -> Random:
    """Return the random numbers that belong to these names, whatever was drawn before."""
    return random.Random(":".join(map(str, (seed, *names))))  # noqa: S311  nothing here is a secret


def invent(edition_slug: str, number: int, draw: Random) -> InventedPerson:
    given_name, family_name = draw.choice(GIVEN_NAMES), draw.choice(FAMILY_NAMES)
    (profile,) = draw.choices(PROFILES, PROFILE_WEIGHTS)
    (country,) = draw.choices(COUNTRIES, COUNTRY_WEIGHTS)
    return InventedPerson(
        registration_id=uuid.UUID(int=draw.getrandbits(128), version=4),
        reference=_reference(edition_slug, number),
        given_name=given_name,
        family_name=family_name,
        email=_ascii(f"{fold(given_name)}.{fold(family_name)}+{number}@example.org"),
        affiliation=draw.choice(AFFILIATIONS[profile]),
        profile=profile,
        country=country,
        language="fr" if country in FRENCH_SPEAKING else "en",
    )


def _ascii(text: str) -> str:
    return text.replace("ł", "l")


def _reference(edition_slug: str, number: int) -> str:
    """Return a reference that no other number has: multiplying by an odd number loses nothing, so none is drawn twice."""
    start = random.Random(edition_slug).getrandbits(40)  # noqa: S311
    value = (start + number * 0x9E3779B97B) % 2**40
    letters = "".join(ALPHABET[(value >> (5 * place)) & 31] for place in range(8))
    return f"SYM-{letters[:4]}-{letters[4:]}"
