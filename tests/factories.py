"""Small worlds for tests: each names only the fields that matter, the rest is ordinary."""

from datetime import UTC, datetime, timedelta

import factory

from programme.models import Edition, SeatPool, Session
from symposium.accounts.models import User

# The moment at which the tests happen unless they say otherwise: registration is open, the edition is to come.
NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"staff{n}@example.org")
    is_staff = True


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
