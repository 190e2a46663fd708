"""The editions of 2021 and 2022: what the press release of 21 October 2022 says of them, and nothing else.

Those whom it only quotes, without saying that they took the floor, have no role here.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from programme.models import AttendanceMode, Document, Edition, Figure, SeatPool
from registrations.management.sample_world.institutions import ACADEMY, EMBASSY, HEALTH_DATA_HUB, MIT, organize
from registrations.management.sample_world.programme import Part, moderates, speaks, write_programme
from registrations.services.editions import open_pools

PARIS = ZoneInfo("Europe/Paris")
RELEASE_DATE = date(2022, 10, 21)
RELEASE = ("Communiqué de presse du 21 octobre 2022", "Press release of 21 October 2022")
# The only address that the release gives: that of the institution that published it.
RELEASE_URL = "https://www.health-data-hub.fr/"
TITLE = ("IA et médecine, promesses et limites", "AI and medicine, promises and limits")
# Seats of the invented registrants, so that some of them were left waiting. The release says nothing of the room.
SAMPLE_SEATS_2022 = 470

SESSIONS_2022 = [
    Part(
        slug="gouvernance-des-donnees",
        title=("Une gouvernance commune de la donnée", "Governing data together"),
        summary=(
            (
                "Étudier ensemble plusieurs bases de données de santé reste difficile : leurs modèles diffèrent, les lois "
                "qui les protègent aussi. Les échanges ont porté sur des règles communes et sur l'interopérabilité."
            ),
            (
                "Studying several health databases together is still hard: their models differ, and so do the laws that "
                "protect them. The discussion was about common rules and interoperability."
            ),
        ),
        note=(
            "Le communiqué nomme une des personnes qui ont modéré.",
            "The press release names one of those who moderated.",
        ),
        roles=[
            speaks(
                "Leo Anthony",
                "Celi",
                "Chercheur scientifique principal, Institute for Medical Engineering and Sciences (IMES), MIT",
                "Principal research scientist, Institute for Medical Engineering and Sciences (IMES), MIT",
            ),
            moderates(
                "Elazer R.",
                "Edelman",
                "Directeur de l'IMES, professeur de la chaire Edward J. Poitras, MIT",
                "Director of IMES, holder of the Edward J. Poitras chair, MIT",
            ),
        ],
    ),
    Part(
        slug="qualite-et-validation",
        title=("Qualité, validation, certification", "Quality, validation, certification"),
        summary=(
            (
                "La qualité des données compte autant que leur quantité. La session a cherché les critères qui écartent "
                "les biais lorsqu'un algorithme est construit, puis validé, et qu'un outil est certifié."
            ),
            (
                "The quality of data matters as much as their quantity. The session looked for the criteria that keep "
                "bias out when an algorithm is built and validated, and when a tool is certified."
            ),
        ),
        roles=[
            speaks(
                "Farhad",
                "Rikhtegar Nezami",
                "Chercheur, Brigham and Women's Hospital, Harvard Medical School",
                "Researcher, Brigham and Women's Hospital, Harvard Medical School",
            )
        ],
    ),
    Part(
        slug="applications-concretes",
        title=("Applications concrètes", "Applications at work"),
        summary=(
            (
                "Ce que l'IA change déjà : l'analyse de molécules pour trouver de nouveaux médicaments, les données de vie "
                "réelle pour des essais cliniques plus efficaces, l'interface cerveau-machine."
            ),
            (
                "What AI already changes: the analysis of molecules to find new medicines, real-world data for more "
                "efficient clinical trials, the brain-machine interface."
            ),
        ),
        note=(
            "Le communiqué ne nomme personne dans cette session.",
            "The press release names nobody in this session.",
        ),
    ),
]
# The release names both right after saying that specialists took the floor, and in no session.
IN_THE_WHOLE_2022 = [
    speaks(
        "Bernard",
        "Nordlinger",
        "Président de la Commission Médecine numérique et imagerie, Académie nationale de médecine",
        "President of the commission on digital medicine and imaging, French National Academy of Medicine",
    ),
    speaks(
        "Daniela",
        "Rus",
        "Directrice du CSAIL et doyenne de la recherche au Schwarzman College of Computing, MIT",
        "Director of CSAIL and dean of research at the Schwarzman College of Computing, MIT",
    ),
]


def build_2021() -> Edition | None:
    """Create the first edition unless it is there; nobody registered for it here."""
    if Edition.objects.filter(slug="2021").exists():
        return None
    edition = Edition.objects.create(
        slug="2021",
        ordinal=1,
        title_fr=TITLE[0],
        title_en=TITLE[1],
        lead_fr="La première édition portait déjà sur les promesses et les limites de l'intelligence artificielle "
        "appliquée à la médecine.",
        lead_en="The first edition was already about the promises and limits of artificial intelligence applied to "
        "medicine.",
        status=Edition.Status.ARCHIVED,
        starts_at=datetime(2021, 5, 1, tzinfo=PARIS),
        ends_at=datetime(2021, 6, 1, tzinfo=PARIS),
        date_precision=Edition.DatePrecision.MONTH,
        accent_light="#8c3d2c",
        accent_dark="#eda48f",
    )
    organize(edition, [MIT, ACADEMY, HEALTH_DATA_HUB], [])
    _declare(edition, 600, measure=Figure.Measure.NOT_STATED, is_approximate=True)
    return edition


def build_2022() -> Edition | None:
    """Create the second edition unless it is there, with the seats of its invented registrants."""
    if Edition.objects.filter(slug="2022").exists():
        return None
    edition = Edition.objects.create(
        slug="2022",
        ordinal=2,
        title_fr=TITLE[0],
        title_en=TITLE[1],
        lead_fr="Une demi-journée et trois sessions sur l'accès aux données de santé et sur ce que l'IA apporte déjà à "
        "la médecine : essais cliniques, interface cerveau-machine, recherche de nouveaux médicaments.",
        lead_en="Half a day and three sessions on access to health data and on what AI already brings to medicine: "
        "clinical trials, the brain-machine interface, the search for new medicines.",
        status=Edition.Status.ARCHIVED,
        is_sample=True,
        starts_at=datetime(2022, 10, 20, tzinfo=PARIS),
        ends_at=datetime(2022, 10, 21, tzinfo=PARIS),
        date_precision=Edition.DatePrecision.DAY,
        venue_fr=ACADEMY.name[0],
        venue_en=ACADEMY.name[1],
        city_fr="Paris",
        city_en="Paris",
        accent_light="#3b4193",
        accent_dark="#b3b8fa",
    )
    organize(edition, [MIT, ACADEMY, HEALTH_DATA_HUB], [EMBASSY])
    write_programme(edition, SESSIONS_2022, IN_THE_WHOLE_2022)
    _declare(edition, 420, measure=Figure.Measure.PRESENT, is_approximate=False)
    SeatPool.objects.create(edition=edition, mode=AttendanceMode.ONSITE, capacity=SAMPLE_SEATS_2022)
    open_pools(edition=edition)
    return edition


def _declare(edition: Edition, value: int, *, measure: Figure.Measure, is_approximate: bool) -> None:
    Figure.objects.create(
        edition=edition,
        value=value,
        is_approximate=is_approximate,
        measure=measure,
        mode=Figure.Mode.NOT_STATED,
        source=Figure.Source.DECLARED,
        source_label_fr=RELEASE[0],
        source_label_en=RELEASE[1],
        source_url=RELEASE_URL,
        stated_date=RELEASE_DATE,
    )
    Document.objects.create(
        edition=edition,
        title_fr=RELEASE[0],
        title_en=RELEASE[1],
        url_fr=RELEASE_URL,
        url_en=RELEASE_URL,
        language="fr",
        published_date=RELEASE_DATE,
        position=1,
    )
