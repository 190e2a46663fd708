"""An edition to come, open for registration whenever the sample is made. All of it is invented."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max

from programme.models import AttendanceMode, Edition, SeatPool, Session
from registrations.management.sample_world.institutions import ACADEMY, EMBASSY, HEALTH_DATA_HUB, MIT, organize
from registrations.management.sample_world.past import TITLE
from registrations.management.sample_world.programme import Part, moderates, speaks, write_programme
from registrations.services.editions import open_pools

PARIS = ZoneInfo("Europe/Paris")
THURSDAY = 3
WEEKS_AHEAD = 26
OPEN_FOR_DAYS = 30
SEATS_ON_SITE = 420
SAFETY_LIMIT = 450
SMALL_SESSION = "du-laboratoire-au-patient"
SMALL_SESSION_SEATS = 30


def build_coming(at: datetime) -> tuple[Edition, bool]:
    """Return the sample edition that is still to come, and whether it had to be created."""
    coming = Edition.objects.filter(is_sample=True).upcoming(at).first()
    if coming is not None:
        return coming, False
    day = _free_day(at)
    edition = Edition.objects.create(
        slug=str(day.year),
        ordinal=(Edition.objects.aggregate(last=Max("ordinal"))["last"] or 0) + 1,
        title_fr=TITLE[0],
        title_en=TITLE[1],
        lead_fr="Une demi-journée pour faire le point sur ce que l'intelligence artificielle apporte au soin, et sur ce "
        "qu'elle ne sait pas encore faire.\n\nCette édition est un exemple : sa date, son programme et les personnes "
        "qu'elle nomme sont inventés.",
        lead_en="Half a day to see what artificial intelligence brings to care, and what it cannot do yet.\n\nThis "
        "edition is an example: its date, its programme and the people it names are invented.",
        status=Edition.Status.PUBLISHED,
        is_sample=True,
        starts_at=_moment(day, 14, 0),
        ends_at=_moment(day, 18, 30),
        venue_fr=ACADEMY.name[0],
        venue_en=ACADEMY.name[1],
        city_fr="Paris",
        city_en="Paris",
        access_information_fr="Accueil à partir de 13 h 30. Le code QR reçu par courriel suffit, sur papier ou sur "
        "téléphone.\n\nFrançais et anglais, avec interprétation dans les deux sens. Salle accessible en fauteuil "
        "roulant.",
        access_information_en="Doors open at 1:30 pm. The QR code sent by e-mail is enough, on paper or on a phone."
        "\n\nFrench and English, with interpretation both ways. The room is accessible by wheelchair.",
        joining_instructions_fr="La salle en ligne ouvre un quart d'heure avant le début. Un navigateur suffit.",
        joining_instructions_en="The online room opens a quarter of an hour before the beginning. A browser is enough.",
        joining_url="https://visio.example.org/symposium",
        registration_opens_at=at - timedelta(days=OPEN_FOR_DAYS),
        registration_closes_at=_moment(day - timedelta(days=1), 18, 0),
        contact_email="symposium@example.org",
        asks_needs=True,
    )
    organize(edition, [MIT, ACADEMY, HEALTH_DATA_HUB], [EMBASSY])
    write_programme(edition, _programme(day), [])
    SeatPool.objects.create(
        edition=edition, mode=AttendanceMode.ONSITE, capacity=SEATS_ON_SITE, safety_limit=SAFETY_LIMIT
    )
    open_pools(edition=edition, modes=tuple(AttendanceMode))
    small = Session.objects.get(edition=edition, slug=SMALL_SESSION)
    SeatPool.objects.filter(session=small).update(capacity=SMALL_SESSION_SEATS)
    return edition, True


def _free_day(at: datetime) -> date:
    """Return a Thursday half a year from now, or later, of a year that names no edition yet."""
    weeks = WEEKS_AHEAD
    while True:
        day = at.astimezone(PARIS).date() + timedelta(weeks=weeks)
        day += timedelta(days=(THURSDAY - day.weekday()) % 7)
        if not Edition.objects.filter(slug=str(day.year)).exists():
            return day
        weeks += 4


def _moment(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS)


def _programme(day: date) -> list[Part]:
    hall = ("Grande salle", "Main hall")
    return [
        Part(
            slug="accueil",
            kind=Session.Kind.PAUSE,
            title=("Accueil", "Welcome"),
            times=(_moment(day, 13, 30), _moment(day, 14, 0)),
        ),
        Part(
            slug="gouverner-les-donnees",
            title=("Gouverner les données ensemble", "Governing data together"),
            summary=(
                (
                    "Plusieurs bases, plusieurs lois, plusieurs modèles : à quelles conditions les étudier d'un même regard "
                    "sans perdre la confiance de celles et ceux qu'ils décrivent ?"
                ),
                (
                    "Several databases, several laws, several models: how can they be studied together without losing the "
                    "trust of those they describe?"
                ),
            ),
            room=hall,
            times=(_moment(day, 14, 15), _moment(day, 15, 25)),
            roles=[
                speaks("Claire", "Exemple", "Université d'Exemple", "University of Example"),
                speaks("Paul", "Modèle", "Institut Fictif de données", "Fictional Data Institute"),
                moderates("Anne", "Spécimen", "Académie d'Exemple", "Academy of Example"),
            ],
        ),
        Part(
            slug="pause",
            kind=Session.Kind.PAUSE,
            title=("Pause", "Break"),
            times=(_moment(day, 15, 25), _moment(day, 15, 45)),
        ),
        Part(
            slug="prouver-le-benefice",
            title=("Prouver le bénéfice", "Proving the benefit"),
            summary=(
                (
                    "Valider un algorithme, certifier un outil, repérer un biais : ce qu'une équipe de soin est en droit de "
                    "demander avant de s'en servir."
                ),
                (
                    "Validating an algorithm, certifying a tool, finding a bias: what a care team may rightly ask for "
                    "before using one."
                ),
            ),
            room=hall,
            times=(_moment(day, 15, 45), _moment(day, 16, 55)),
            roles=[
                speaks("John", "Sample", "Sample School of Medicine", "Sample School of Medicine"),
                speaks("Tomáš", "Vzor", "Vzorová univerzita", "Vzorová univerzita"),
                moderates("Inès", "Maquette", "Hôpital d'Exemple", "Example Hospital"),
            ],
        ),
        Part(
            slug=SMALL_SESSION,
            title=("Du laboratoire au patient", "From the bench to the patient"),
            summary=(
                (
                    "Molécules candidates, essais cliniques, interfaces cerveau-machine : un atelier en petit groupe, autour "
                    "de trois usages racontés par celles et ceux qui les mettent à l'épreuve."
                ),
                (
                    "Candidate molecules, clinical trials, brain-machine interfaces: a workshop for a small group, around "
                    "three uses told by those who put them to the test."
                ),
            ),
            note=(
                "En même temps que la fin de la session précédente, dans une petite salle.",
                "While the session before it is ending, in a small room.",
            ),
            room=("Salle des cartes", "Map room"),
            times=(_moment(day, 16, 30), _moment(day, 18, 10)),
            roles=[
                speaks("Maria", "Muster", "Musterklinik", "Musterklinik"),
                speaks("Hugo", "Témoin", "Laboratoire Gabarit", "Gabarit Laboratory"),
                moderates("Léa", "Gabarit", "Université d'Exemple", "University of Example"),
            ],
        ),
        Part(
            slug="conclusion",
            kind=Session.Kind.PAUSE,
            title=("Conclusion", "Closing words"),
            times=(_moment(day, 18, 10), _moment(day, 18, 30)),
        ),
    ]
