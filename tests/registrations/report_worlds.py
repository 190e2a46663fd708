"""Editions and people for the tests of the report."""

from datetime import date, timedelta

from django.utils.translation import override

from programme.models import Edition, Figure
from registrations.models import Attendee, CheckIn, Registration
from registrations.services.attendees import Identity, new_attendee
from registrations.services.entry import enter
from registrations.services.reports import make_report
from registrations.services.reports.figures import ReportFigure
from tests.factories import NOW, EditionFactory


def register(edition, mode="onsite", sessions=(), profile="researcher", country="FR", status=None):
    registration = Registration(
        edition=edition, mode=mode, profile=profile, country=country, language="fr", created_at=NOW
    )
    registration.issue_tokens()
    enter(registration, edition.seat_pools.get(mode=mode, session=None), sessions, at=NOW)
    address = f"p{Registration.objects.count()}@example.org"
    new_attendee(registration, Identity(address, "Camille", "Secret", "")).save()
    if status:
        Registration.objects.filter(pk=registration.pk).update(status=status, hold_expires_at=NOW)
    return registration


def register_many(edition, number, **fields):
    ordinary = {"status": "confirmed", "mode": "onsite", "profile": "researcher", "language": "fr", "country": "FR"}
    return Registration.objects.bulk_create(
        Registration(edition=edition, created_at=NOW, **{**ordinary, **fields}) for _number in range(number)
    )


def affiliated(edition, affiliation, number=1, **fields):
    for registration in register_many(edition, number, **fields):
        address = f"{registration.pk}@example.org"
        Attendee.objects.create(
            registration=registration,
            edition=edition,
            email=address,
            email_normalised=address,
            family_name="Example",
            affiliation=affiliation,
            search_text="",
        )


def came(registration, session=None, direction="entry"):
    CheckIn.objects.create(
        registration=registration,
        session=session,
        direction=direction,
        scanned_at=NOW,
        received_at=NOW,
        source="qr",
    )


def declare(edition, value, **fields):
    ordinary = {
        "measure": "not_stated",
        "mode": "not_stated",
        "source": "declared",
        "source_label_fr": "Communiqué",
        "source_label_en": "Press release",
        "source_url": "https://example.org/press",
        "stated_date": date(2022, 10, 21),
    }
    return Figure.objects.create(edition=edition, value=value, **{**ordinary, **fields})


def figure(edition="2022", value=420, **fields):
    ordinary = {
        "is_approximate": False,
        "measure": "present",
        "mode": "all",
        "source": "counted",
        "source_label": "",
        "source_url": "",
        "stated_date": date(2022, 10, 21),
        "is_sample": False,
        "is_signed_off": False,
    }
    return ReportFigure(edition=edition, value=value, **{**ordinary, **fields})


def past(slug, **fields):
    held = {"starts_at": NOW - timedelta(days=100), "ends_at": NOW - timedelta(days=99)}
    closed = {"registration_opens_at": None, "registration_closes_at": None, "status": Edition.Status.ARCHIVED}
    return EditionFactory(slug=slug, **{**held, **closed, **fields})


def make(edition, against=None, language="en"):
    with override(language):
        return make_report(edition=edition, against=against, at=NOW)


def totals(report):
    return {f.measure: f.value for f in report.edition.figures if f.source == "counted"}


def rows(report, name):
    (breakdown,) = [breakdown for breakdown in report.edition.breakdowns if breakdown.name == name]
    return {row.key: row.cells for row in breakdown.rows}
