"""Who organizes and supports, in our own words after the press release of 21 October 2022."""

from dataclasses import dataclass

from programme.models import Edition, Organisation, Partnership


@dataclass(frozen=True)
class Institution:
    slug: str
    short_name: str
    name: tuple[str, str]  # in French, in English
    about: tuple[str, str] = ("", "")
    website: str = ""


MIT = Institution(
    slug="mit",
    short_name="MIT",
    name=("Massachusetts Institute of Technology", "Massachusetts Institute of Technology"),
    about=(
        (
            "Institut de recherche et université de sciences et de technologies, à Cambridge, dans le Massachusetts. "
            "Il compte notamment un institut d'ingénierie et de sciences médicales, l'IMES, et le Schwarzman College of "
            "Computing. L'intelligence artificielle s'y étudie entre autres au CSAIL."
        ),
        (
            "A research institute and university of science and technology in Cambridge, Massachusetts. It includes an "
            "institute for medical engineering and science, IMES, and the Schwarzman College of Computing. Artificial "
            "intelligence is studied there at CSAIL, among other places."
        ),
    ),
)
ACADEMY = Institution(
    slug="academie-nationale-de-medecine",
    short_name="ANM",
    name=("Académie nationale de médecine", "French National Academy of Medicine"),
    about=(
        (
            "Médecins, chirurgiens, biologistes, pharmaciens et vétérinaires, reconnus pour leurs travaux et pour leurs "
            "responsabilités, qui répondent aux questions de santé publique et d'éthique médicale, souvent à la demande "
            "des pouvoirs publics."
        ),
        (
            "Physicians, surgeons, biologists, pharmacists and veterinarians, recognised for their work and their "
            "responsibilities, who answer questions of public health and medical ethics, often at the request of public "
            "authorities."
        ),
    ),
)
HEALTH_DATA_HUB = Institution(
    slug="health-data-hub",
    short_name="HDH",
    name=("Health Data Hub", "Health Data Hub"),
    about=(
        (
            "Groupement d'intérêt public créé par la loi du 24 juillet 2019. Ses 56 parties prenantes sont pour la plupart "
            "des acteurs publics. Il met en œuvre les orientations de l'État sur le Système national des données de santé "
            "et aide celles et ceux qui travaillent avec ces données."
        ),
        (
            "A public interest group created by the French law of 24 July 2019. Most of its 56 members are public bodies. "
            "It carries out the State's policy for the national health data system and helps those who work with these "
            "data."
        ),
    ),
    website="https://www.health-data-hub.fr/",
)
EMBASSY = Institution(
    slug="ambassade-de-france-aux-etats-unis",
    short_name="",
    name=("Ambassade de France aux États-Unis", "Embassy of France in the United States"),
)


def organize(edition: Edition, organizers: list[Institution], supporters: list[Institution]) -> None:
    """Give a new edition its institutions; one that is known already keeps its texts."""
    roles = [(one, Partnership.Role.ORGANIZER) for one in organizers]
    roles += [(one, Partnership.Role.SUPPORTER) for one in supporters]
    for position, (institution, role) in enumerate(roles, start=1):
        Partnership.objects.create(
            edition=edition, organisation=_organisation(institution), role=role, position=position
        )


def _organisation(institution: Institution) -> Organisation:
    organisation, _created = Organisation.objects.get_or_create(
        slug=institution.slug,
        defaults={
            "name_fr": institution.name[0],
            "name_en": institution.name[1],
            "short_name": institution.short_name,
            "about_fr": institution.about[0],
            "about_en": institution.about[1],
            "website": institution.website,
        },
    )
    return organisation
