"""Small worlds for tests: each names only the fields that matter, the rest is ordinary."""

import secrets
from datetime import UTC, date, datetime, timedelta

import factory
from allauth.mfa.models import Authenticator

from programme.models import (
    AccessibilityAudit,
    AccessibilityPlan,
    Appearance,
    ConsentKind,
    Document,
    Edition,
    Figure,
    Organisation,
    Partnership,
    Person,
    Question,
    QuestionOption,
    SeatPool,
    Session,
)
from programme.services.terms import consent_wording, keep
from registrations.models import ApiToken, Arrangement, Consent, Message, Needs, Registration, VisaLetter
from registrations.services.attendees import Identity
from registrations.services.change import Wish
from registrations.services.editions import Limits, set_limits
from registrations.services.groups import register_group
from registrations.services.register import Application, register
from symposium.accounts.models import User
from symposium.lib.text import normalise_email

# The moment at which the tests happen unless they say otherwise: registration is open, the edition is to come.
NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"staff{n}@example.org")
    is_staff = True

    @factory.post_generation
    def second_factor(self, create, extracted, **_options):
        """Without one nothing of the staff opens; ``second_factor=False`` leaves it out."""
        if create and extracted is not False:
            Authenticator.objects.create(user=self, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})


class EditionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Edition

    slug = factory.Sequence(lambda n: f"edition-{n}")
    ordinal = factory.Sequence(lambda n: n + 1)
    title_fr = "IA et médecine"
    title_en = "AI and medicine"
    venue_fr = "Académie nationale de médecine"
    venue_en = "French Academy of Medicine"
    city_fr = "Paris"
    city_en = "Paris"
    status = Edition.Status.PUBLISHED
    starts_at = NOW + timedelta(days=80)
    ends_at = NOW + timedelta(days=80, hours=4)
    registration_opens_at = NOW - timedelta(days=30)
    registration_closes_at = NOW + timedelta(days=79)


class SessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Session

    edition = factory.SubFactory(EditionFactory)
    slug = factory.Sequence(lambda n: f"session-{n}")
    position = factory.Sequence(lambda n: n)
    title_fr = "Gouverner les données"
    title_en = "Governing data"


class SeatPoolFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SeatPool

    edition = factory.SubFactory(EditionFactory)
    mode = "onsite"
    capacity = 10


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    slug = factory.Sequence(lambda n: f"person-{n}")
    given_name = "Claire"
    family_name = factory.Sequence(lambda n: f"Exemple {n}")


class AppearanceFactory(factory.django.DjangoModelFactory):
    """A talk in a session; with ``session=None``, name the edition."""

    class Meta:
        model = Appearance

    session = factory.SubFactory(SessionFactory)
    edition = factory.SelfAttribute("session.edition")
    person = factory.SubFactory(PersonFactory)
    role = Appearance.Role.SPEAKER


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name_fr = factory.Sequence(lambda n: f"Institut {n}")
    name_en = factory.Sequence(lambda n: f"Institute {n}")


class PartnershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partnership

    edition = factory.SubFactory(EditionFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Partnership.Role.ORGANIZER


class DocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Document

    edition = factory.SubFactory(EditionFactory)
    title_fr = "Communiqué"
    title_en = "Press release"


class FigureFactory(factory.django.DjangoModelFactory):
    """A figure that a press release declares."""

    class Meta:
        model = Figure

    edition = factory.SubFactory(EditionFactory)
    value = 420
    measure = Figure.Measure.NOT_STATED
    mode = Figure.Mode.NOT_STATED
    source = Figure.Source.DECLARED
    source_label_fr = "communiqué du 21 octobre 2022"
    source_label_en = "press release of 21 October 2022"
    stated_date = date(2022, 10, 21)


class AccessibilityAuditFactory(factory.django.DjangoModelFactory):
    """A published audit of the year: half of the criteria, and some more, are met."""

    class Meta:
        model = AccessibilityAudit

    audited_date = date(2027, 1, 20)
    established_date = date(2027, 2, 1)
    auditor_fr = "Cabinet Exemple"
    auditor_en = "Example and Sons"
    criteria_applicable = 80
    criteria_compliant = 60


class AccessibilityPlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AccessibilityPlan

    kind = AccessibilityPlan.Kind.MULTI_YEAR
    title_fr = "Schéma pluriannuel"
    title_en = "Multi-year plan of the house"
    url_fr = "https://example.org/schema"
    first_year = 2026
    last_year = 2028


class QuestionFactory(factory.django.DjangoModelFactory):
    """A question with the registration, answered by a line; ``options`` are the English words of what may be chosen."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    edition = factory.SubFactory(EditionFactory)
    title_fr = factory.Sequence(lambda n: f"Question {n} ?")
    title_en = factory.Sequence(lambda n: f"Question {n}?")
    purpose_fr = "préparer les repas"
    purpose_en = "to order the meals"
    deletion_date = date(2027, 6, 20)
    position = factory.Sequence(lambda n: n)

    @factory.post_generation
    def options(self, create, extracted, **_options):
        for place, label in enumerate(extracted or ()):
            QuestionOption.objects.create(question=self, label_fr=f"{label} (fr)", label_en=label, position=place)


class MessageFactory(factory.django.DjangoModelFactory):
    """A draft to everybody of an edition."""

    class Meta:
        model = Message

    edition = factory.SubFactory(EditionFactory)
    subject_fr = "Un mot pour {name}"
    body_fr = "Bonjour {name},\n\nVotre page : {link}"
    subject_en = "A word for {name}"
    body_en = "Hello {name},\n\nYour page: {link}"


class ApiTokenFactory(factory.django.DjangoModelFactory):
    """A key that is valid around ``NOW`` and may read registrations; ``api_tokens.issue`` makes one with a secret."""

    class Meta:
        model = ApiToken

    name = "Statistics of the academy"
    edition = factory.SubFactory(EditionFactory)
    scopes = ["registrations:read"]
    digest = factory.Sequence(lambda n: f"{n:064x}")
    created_by = factory.SubFactory(UserFactory)
    created_at = NOW
    expires_at = NOW + timedelta(days=90)


def application(email="ada@example.org", mode="onsite", sessions=(), **fields):
    """What the form of an invented person says."""
    identity = Identity(
        email=email,
        given_name=fields.pop("given_name", "Ada"),
        family_name=fields.pop("family_name", "Example"),
        affiliation=fields.pop("affiliation", "University of Somewhere"),
    )
    ordinary = {"profile": "researcher", "country": "FR", "language": "en"}
    return Application(identity=identity, mode=mode, sessions=tuple(sessions), **{**ordinary, **fields})


def send_form(edition, email="ada@example.org", *, at=NOW, nonce=None, **fields):
    """Register as the form does, and return the answer."""
    return register(
        edition=edition, application=application(email, **fields), nonce=nonce or secrets.token_urlsafe(18), at=at
    )


def registered(edition, email="ada@example.org", **fields):
    """Register as the form does, and return the registration of that address."""
    send_form(edition, email, **fields)
    return registration_of(edition, email)


def registration_of(edition, email):
    return Registration.objects.get(edition=edition, attendee__email_normalised=normalise_email(email))


def wish(registration, **changes):
    """What somebody wants to keep of their registration, and what not."""
    attendee = registration.attendee
    sessions = [claim.pool.session for claim in registration.claims.all() if claim.pool.session]
    now = {
        "identity": Identity(attendee.email, attendee.given_name, attendee.family_name, attendee.affiliation),
        "mode": registration.mode,
        "profile": registration.profile,
        "country": registration.country,
        "sessions": tuple(sessions),
    }
    return Wish(**{**now, **changes})


def with_seats(edition, capacity, **fields):
    """A session of the edition with seats of its own."""
    session = SessionFactory(edition=edition, **fields)
    SeatPoolFactory(edition=edition, session=session, mode="", capacity=capacity)
    return session


def set_capacity(*, pool, capacity, safety_limit=None, at=NOW):
    """Change the limits of one pool, as the page of its edition does."""
    set_limits(edition=pool.edition, limits={pool.pk: Limits(capacity, safety_limit)}, at=at)


def somebodys_needs(registration, **fields):
    """What somebody needs, with the consent to it and one to the newsletter."""
    kinds = {ConsentKind.NEEDS, ConsentKind.NEWSLETTER}
    for kind in sorted(kinds):
        wording = consent_wording(kind)
        keep(wording, known=frozenset(), at=NOW)
        Consent.objects.create(
            registration=registration, kind=kind, is_given=True, text_id=wording.digest, decided_at=NOW
        )
    ordinary = {"diet": "No nuts", "access": ["captions"], "note": "Near the door", "changed_at": NOW}
    needs = Needs.objects.create(registration=registration, **{**ordinary, **fields})
    Arrangement.objects.bulk_create(Arrangement(needs=needs, need=need) for need in needs.asked)
    return needs


def send_group(edition, people, name="group", *, at=NOW, nonce=None, **fields):
    """Register so many together, ``group0@example.org`` being the contact, and return the answer."""
    applications = [application(f"{name}{number}@example.org", **fields) for number in range(people)]
    return register_group(edition=edition, applications=applications, nonce=nonce or secrets.token_urlsafe(18), at=at)


def members_of(edition, people, name="group"):
    """The registrations of those whom ``send_group`` has registered."""
    return [registration_of(edition, f"{name}{number}@example.org") for number in range(people)]


def group_of(registration):
    return registration.claims.get(pool__session=None).group


def asked_letter(registration, **fields):
    """Somebody's letter of invitation, asked for and not decided yet."""
    ordinary = {
        "passport_name": "Ada Marie EXAMPLE",
        "nationality": "SN",
        "passport_number": "A01234567",
        "asked_at": NOW,
    }
    return VisaLetter.objects.create(registration=registration, **{**ordinary, **fields})
