"""What the database itself refuses, whoever asks."""

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import IntegerField, ProtectedError

from programme.models import Edition, KeptText, Logo, SeatPool
from registrations.models import (
    Arrangement,
    Assistant,
    Attendee,
    ChangeRequest,
    CheckIn,
    Claim,
    Consent,
    Decision,
    Export,
    ExportJob,
    ExportSchedule,
    Needs,
    Registration,
    Submission,
    Webhook,
)
from registrations.services.webhooks import send_test
from symposium.outbox.models import OutgoingMail
from symposium.outbox.queue import mail
from tests.factories import (
    NOW,
    AccessibilityPlanFactory,
    AppearanceFactory,
    DocumentFactory,
    EditionFactory,
    FigureFactory,
    MessageFactory,
    OrganisationFactory,
    PartnershipFactory,
    QuestionFactory,
    SeatPoolFactory,
    SessionFactory,
    UserFactory,
    asked_letter,
    registered,
    somebodys_needs,
)

OUR_APPS = ("programme", "registrations", "outbox")


@pytest.fixture
def registration(edition):
    return registered(edition)


def refused(action):
    """Whether the database refuses it."""
    try:
        with transaction.atomic():
            action()
    except IntegrityError:
        return True
    return False


def rows_with_choices(registration):
    """One row of each model of ours that has a field with choices."""
    user = UserFactory()
    text = KeptText.objects.create(digest="1" * 64, text_fr="Oui", text_en="Yes", kept_at=NOW)
    webhook = Webhook.objects.create(
        edition=registration.edition, url="https://hooks.example.org/", events=["confirmed"]
    )
    wanted = {"edition": registration.edition, "asked_by": user, "asked_at": NOW, "profile": "machine"}
    return [
        registration.edition,
        SessionFactory(edition=registration.edition),
        registration.claims.get().pool,
        AppearanceFactory(),
        PartnershipFactory(),
        DocumentFactory(),
        FigureFactory(),
        registration.edition.staff_roles.create(user=user, role="door"),
        registration,
        CheckIn.objects.create(registration=registration, scanned_at=NOW, received_at=NOW, source="qr"),
        Decision.objects.create(registration=registration, action="confirm", decided_by=user, decided_at=NOW),
        Export.objects.create(edition=registration.edition, profile="machine", rows=1, exported_at=NOW),
        OutgoingMail.objects.get(),
        AccessibilityPlanFactory(),
        MessageFactory(),
        Logo.objects.create(
            organisation=OrganisationFactory(), variant="light", content=b"", digest="0" * 64, width=1, height=1
        ),
        Consent.objects.create(registration=registration, kind="photos", is_given=True, text=text, decided_at=NOW),
        QuestionFactory(),
        asked_letter(registration),
        ChangeRequest.objects.create(registration=registration, mode="onsite", asked_at=NOW),
        ExportJob.objects.create(**wanted),
        ExportSchedule.objects.create(**wanted, every=7, due_time=NOW.time()),
        send_test(webhook=webhook, at=NOW),
        Assistant.objects.create(registration=registration, language="fr", registered_at=NOW),
        somebodys_needs(registration).arrangements.first(),
    ]


def choice_fields(model):
    """Those that we keep: a country comes from a list that others keep."""
    return [field for field in model._meta.concrete_fields if field.choices]


def write_another_value(row, field):
    another = 99 if isinstance(field, IntegerField) else "?"
    type(row).objects.filter(pk=row.pk).update(**{field.attname: another})


def test_each_field_with_choices_refuses_another_value(registration):
    rows = rows_with_choices(registration)
    models = {model for model in apps.get_models() if model._meta.app_label in OUR_APPS and choice_fields(model)}

    accepted = [
        f"{row._meta.label}.{field.name}"
        for row in rows
        for field in choice_fields(type(row))
        if not refused(lambda row=row, field=field: write_another_value(row, field))
    ]

    assert {type(row) for row in rows} == models
    assert accepted == []


@pytest.fixture
def consent(registration):
    text = KeptText.objects.create(digest="1" * 64, text_fr="Oui", text_en="Yes", kept_at=NOW)
    return Consent.objects.create(registration=registration, kind="photos", is_given=True, text=text, decided_at=NOW)


def test_consent_is_never_changed(consent):
    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
        Consent.objects.update(is_given=False)

    assert Consent.objects.get().is_given


def test_consent_to_something_else_is_not_taken(consent):
    consent.pk, consent.kind = None, "?"

    assert refused(consent.save)


def test_consent_is_not_deleted_alone(consent):
    def delete_alone():
        Consent.objects.all().delete()
        connection.check_constraints()  # as the end of a transaction does

    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
        delete_alone()

    assert Consent.objects.get() == consent


def test_consent_goes_with_its_registration(consent):
    Claim.objects.all().delete()
    consent.registration.delete()
    connection.check_constraints()

    assert (Registration.objects.count(), Consent.objects.count()) == (0, 0)


def test_one_address_registers_once_in_an_edition(registration):
    other = registered(registration.edition, "next@example.org")

    def take_address():
        Attendee.objects.filter(registration=other).update(email_normalised="ada@example.org")

    assert refused(take_address)


def test_one_address_registers_in_two_editions(registration):
    other = EditionFactory()
    SeatPoolFactory(edition=other)

    assert registered(other).attendee.email == registration.attendee.email


@pytest.mark.parametrize("field", ["reference", "page_digest", "ticket_digest"])
def test_reference_and_digests_are_unique_until_blanked(registration, field):
    other = registered(registration.edition, "next@example.org")
    others = Registration.objects.filter(pk=other.pk)

    assert refused(lambda: others.update(**{field: getattr(registration, field)}))
    assert Registration.objects.update(**{field: None}) == 2


def test_hold_has_an_end(registration):
    assert refused(lambda: Registration.objects.update(status="pending", hold_expires_at=None))
    assert not refused(lambda: Registration.objects.update(status="pending", hold_expires_at=NOW))


@pytest.mark.parametrize(
    "claim",
    [{"is_held": True, "position": 1}, {"is_held": False, "position": None}],
    ids=["held and waiting", "neither"],
)
def test_claim_is_held_or_waits(registration, claim):
    assert refused(lambda: Claim.objects.update(**claim))


def test_claim_is_one_a_pool_and_positions_are_given_once(registration):
    pool = registration.claims.get().pool
    other = registered(registration.edition, "next@example.org")
    Claim.objects.filter(registration=other).update(is_held=False, position=1)

    assert refused(lambda: Claim.objects.create(registration=registration, pool=pool, is_held=True))
    assert refused(lambda: Claim.objects.filter(registration=registration).update(is_held=False, position=1))


@pytest.mark.parametrize("field", ["taken", "waiting", "last_position", "capacity", "safety_limit"])
def test_seats_are_never_fewer_than_none(registration, field):
    assert refused(lambda: SeatPool.objects.update(**{field: -1}))


def test_overtaking_has_a_reason(registration):
    decision = {"registration": registration, "decided_by": UserFactory(), "decided_at": NOW}

    assert refused(lambda: Decision.objects.create(action="overtake", **decision))
    assert not refused(lambda: Decision.objects.create(action="overtake", reason="speaker", **decision))


def test_scan_is_stored_once(registration):
    scan = {"registration": registration, "scanned_at": NOW, "received_at": NOW, "source": "qr"}
    first = CheckIn.objects.create(**scan)

    assert refused(lambda: CheckIn.objects.create(pk=first.pk, **scan))


def test_mail_is_stored_once_and_sent_at_a_moment(registration):
    stored = OutgoingMail.objects.get()
    again = mail(kind=stored.kind, about=stored.about, occasion=stored.occasion, at=NOW)

    assert refused(again.save)
    assert refused(lambda: OutgoingMail.objects.update(state="sent"))
    assert not refused(lambda: OutgoingMail.objects.update(state="sent", sent_at=NOW))


def test_what_people_hold_is_not_deleted_from_under_them(registration):
    pool = registration.claims.get().pool
    CheckIn.objects.create(registration=registration, scanned_at=NOW, received_at=NOW, source="qr")

    for row in (pool, registration, registration.edition):
        with pytest.raises(ProtectedError):
            row.delete()


def test_names_in_logs_hold_no_personal_data(registration):
    scan = CheckIn.objects.create(registration=registration, scanned_at=NOW, received_at=NOW, source="qr")
    decision = Decision.objects.create(
        registration=registration, action="confirm", decided_by=UserFactory(), decided_at=NOW
    )
    submission = Submission.objects.get()
    text = KeptText.objects.create(digest="1" * 64, text_fr="Oui", text_en="Yes", kept_at=NOW)
    consent = Consent(registration=registration, kind="photos", text=text)
    needs = Needs(registration=registration, diet="Vegan")
    rows = [registration, registration.attendee, registration.claims.get(), scan, decision, submission, text, consent]
    rows += [needs, Arrangement(pk=7, needs=needs, need="diet")]

    names = [str(row) for row in rows]

    assert names == [
        registration.reference,
        f"attendee of {registration.pk}",
        f"claim of {registration.pk} on pool {registration.claims.get().pool_id}",
        f"entry of {registration.pk}",
        f"confirm {registration.pk}",
        f"form {submission.nonce[:6]}",
        "1" * 12,
        f"photos of {registration.pk}",
        f"needs of {registration.pk}",
        "arrangement 7",
    ]
    registration.reference = None
    assert str(registration) == f"registration {registration.pk}"


def test_tokens_find_their_registration_by_their_purpose_alone(registration):
    page, ticket = registration.page_token, registration.ticket_token
    found = Registration.objects

    assert found.with_token("page", page.lower()).get() == registration
    assert found.with_token("ticket", ticket).get() == registration
    assert not found.with_token("page", ticket).exists()
    assert not found.with_token("ticket", page).exists()
    for typed in ("", "\x00", page[:-1], f"{page}0", "0" * 27):
        assert not found.with_token("page", typed).exists()


def test_tokens_outlive_a_new_key(registration, settings):
    page = registration.page_token
    settings.TICKET_KEYS = ["a-new-key-of-thirty-two-characters", *settings.TICKET_KEYS]
    stored = Registration.objects.get()

    assert stored.page_token == page
    assert registered(stored.edition, "next@example.org").key_version != stored.key_version


def test_querysets_read_as_they_say(registration):
    edition = registration.edition
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    waiting = registered(edition, "next@example.org")
    organizer, stranger = UserFactory(), UserFactory()
    edition.staff_roles.create(user=organizer, role="organizer")

    assert list(Registration.objects.confirmed()) == [registration]
    assert list(Registration.objects.waiting()) == [waiting]
    assert Registration.objects.for_staff(organizer, "organizer", "door").count() == 2
    assert not Registration.objects.for_staff(organizer, "door").exists()
    assert not Registration.objects.for_staff(stranger, "organizer").exists()
    assert [claim.registration for claim in Claim.objects.held()] == [registration]
    assert [claim.registration for claim in Claim.objects.waiting()] == [waiting]
    assert [claim.registration for claim in Claim.objects.eligible()] == [waiting]


def test_scans_are_told_apart(registration):
    scan = {"registration": registration, "scanned_at": NOW, "received_at": NOW, "source": "qr"}
    session = SessionFactory(edition=registration.edition)
    at_the_door = CheckIn.objects.create(**scan)
    in_a_session = CheckIn.objects.create(session=session, **scan)
    left = CheckIn.objects.create(direction="exit", **{**scan, "received_at": NOW + timedelta(hours=1)})

    assert set(CheckIn.objects.entries()) == {at_the_door, in_a_session}
    assert set(CheckIn.objects.at_the_door()) == {at_the_door, left}


def test_details_are_loaded_at_once(registration, django_assert_num_queries):
    with django_assert_num_queries(4):
        (loaded,) = Registration.objects.with_details()
        assert (loaded.edition.slug, loaded.attendee.name) == (registration.edition.slug, "Ada Example")
        assert [claim.pool.session for claim in loaded.claims.all()] == [None]


def test_draft_registration_of_nobody_is_found_by_nothing(edition):
    Registration.objects.create(
        id=uuid.uuid4(), edition=edition, status="cancelled", mode="onsite", profile="other", language="fr",
        created_at=NOW, key_version="x",
    )  # fmt: skip

    assert not Registration.objects.get().is_alive
    assert not Registration.objects.with_token("page", "").exists()
    assert Edition.objects.get() == edition
