"""The sample world: what the press release says, and invented people whose counts add up."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count

from programme.models import Appearance, Edition, Figure, Partnership, Person, SeatPool, StaffRole
from programme.services.pages import seats_of, state_of
from registrations.management.sample_world import crowd, world
from registrations.models import Arrangement, Attendee, CheckIn, Claim, Consent, Registration
from registrations.services.attendees import Identity
from registrations.services.invented import draws, invent
from registrations.services.register import Application, register
from symposium.accounts.demo import ACCOUNTS, ADMINISTRATOR, DOOR_HELPER, EXPORTER, ORGANIZER
from symposium.accounts.models import User
from symposium.lib import tokens
from symposium.outbox.models import OutgoingMail
from tests.checks import broken_invariants, ranks_with_gaps, seats_beyond_capacity
from tests.factories import NOW, EditionFactory

TABLES = (Edition, Person, Registration, Attendee, Claim, CheckIn, SeatPool, Figure, StaffRole, User)


def build(*, people=50, seed=2022, at=NOW, with_accounts=True):
    return world.build(seed=seed, people=people, at=at, with_accounts=with_accounts)


def everything():
    return {model: sorted(model.objects.values_list(), key=str) for model in TABLES}


def by_status(edition):
    return dict(Registration.objects.filter(edition=edition).values_list("status").annotate(Count("id")))


@pytest.fixture
def sample(db):
    return build()


@pytest.fixture
def coming(sample):
    return Edition.objects.get(slug="2027")


def test_figures_are_those_of_the_press_release(sample):
    figures = Figure.objects.order_by("edition__slug").values_list(
        "edition__slug", "value", "is_approximate", "measure", "mode", "source", "source_label_fr"
    )

    source = "Communiqué de presse du 21 octobre 2022"
    assert list(figures) == [
        ("2021", 600, True, "not_stated", "not_stated", "declared", source),
        ("2022", 420, False, "present", "not_stated", "declared", source),
    ]


def test_first_edition_knows_its_month_and_nobody_who_registered(sample):
    edition = Edition.objects.get(slug="2021")

    assert edition.date_precision == "month"
    assert (edition.local_start.year, edition.local_start.month) == (2021, 5)
    assert not edition.is_sample
    assert edition.registrations.count() == 0


def test_people_of_2022_have_the_roles_that_the_press_release_gives_them(sample):
    appearances = Appearance.objects.filter(edition__slug="2022").order_by("session__position", "position")

    found = [(a.session and a.session.position, a.person.family_name, a.role) for a in appearances]
    assert found == [
        (1, "Celi", "speaker"),
        (1, "Edelman", "moderator"),
        (2, "Rikhtegar Nezami", "speaker"),
        (None, "Nordlinger", "speaker"),
        (None, "Rus", "speaker"),
    ]
    # He is quoted, and no more.
    assert not Person.objects.filter(family_name="Bacry").exists()


def test_sessions_of_2022_have_no_times(sample):
    sessions = Edition.objects.get(slug="2022").sessions.all()

    assert [session.starts_at for session in sessions] == [None, None, None]


def test_institutions_of_2022(sample):
    partnerships = Partnership.objects.filter(edition__slug="2022").order_by("position")

    found = [
        (p.organisation.slug, p.role, bool(p.organisation.about_fr and p.organisation.about_en)) for p in partnerships
    ]
    assert found == [
        ("mit", "organizer", True),
        ("academie-nationale-de-medecine", "organizer", True),
        ("health-data-hub", "organizer", True),
        ("ambassade-de-france-aux-etats-unis", "supporter", False),
    ]


@pytest.mark.parametrize("seed", [2022, 7])
def test_exactly_420_invented_people_came_in_2022(db, seed):
    build(seed=seed)

    edition = Edition.objects.get(slug="2022")
    assert edition.is_sample
    assert CheckIn.objects.at_the_door().values("registration").distinct().count() == 420
    assert CheckIn.objects.at_the_door().count() == 420
    assert by_status(edition) == {"confirmed": 470, "cancelled": 34, "waiting": 16}


def test_coming_edition_takes_registrations(coming):
    seats = seats_of(coming)

    assert state_of(coming, seats, at=NOW) == "open"
    assert coming.ordinal == 3
    assert seats.onsite.free > 0
    assert seats.online.capacity is None
    assert [s.starts_at is not None for s in coming.sessions.talks()] == [True, True, True]


def test_small_session_is_full_with_people_waiting(db):
    build(people=500)

    coming = Edition.objects.get(slug="2027")
    small = SeatPool.objects.get(edition=coming, capacity=30)
    assert (small.taken, small.waiting > 0) == (30, True)
    assert ranks_with_gaps(small, small.waiting) == []
    assert seats_of(coming).onsite.free == 40


def test_everybody_is_invented(sample):
    emails = set(Attendee.objects.values_list("email", flat=True))

    assert len(emails) == 570
    assert {email.rpartition("@")[2] for email in emails} == {"example.org"}
    assert all(email.isascii() for email in emails)


def test_seats_and_claims_agree(sample):
    assert broken_invariants() == []
    assert seats_beyond_capacity() == []


def test_some_people_need_something_of_which_some_is_done(coming):
    needed = Arrangement.objects.filter(needs__registration__edition=coming)

    done = needed.exclude(done_at=None).values_list("need", "answered_by__email")
    assert coming.asks_needs
    assert needed.count() == 13
    assert sorted(done) == [("captions", ADMINISTRATOR), ("wheelchair", ADMINISTRATOR)]
    assert Consent.objects.filter(kind="needs", is_given=True).count() == 8


def test_nobody_is_written_to(sample):
    assert OutgoingMail.objects.count() == 0


def test_tokens_of_an_invented_person_are_found(coming):
    registration = coming.registrations.first()

    found = Registration.objects.with_token(
        "ticket", tokens.token("ticket", registration.pk, 1, registration.key_version)
    )
    assert found.get() == registration


def test_again_changes_nothing(sample):
    before = everything()

    built = build(seed=3, at=NOW + timedelta(days=40))

    assert built == world.Built([], 0, 0)
    assert everything() == before


def test_same_seed_invents_the_same_people(coming):
    attendee = Attendee.objects.get(edition=coming, email__contains="+12@")

    person = invent("2027", 12, draws(2022, "2027", 12))

    assert (attendee.registration_id, attendee.email) == (person.registration_id, person.email)
    assert attendee.registration.reference == person.reference
    assert invent("2027", 12, draws(2023, "2027", 12)) != person


def test_references_of_many_people_differ():
    references = {invent("2027", number, draws(1, number)).reference for number in range(2000)}

    assert len(references) == 2000


def test_more_people_make_the_coming_edition_grow(coming):
    before = set(coming.registrations.values_list("pk", flat=True))

    built = build(people=700)

    assert built == world.Built([], 650, 0)
    assert coming.registrations.count() == 700
    assert before < set(coming.registrations.values_list("pk", flat=True))
    assert seats_of(coming).onsite.free == 40
    assert broken_invariants() == []


def test_new_people_join_a_list_that_is_there(coming):
    pool = seats_of(coming).onsite
    SeatPool.objects.filter(pk=pool.pk).update(capacity=pool.taken)
    application = Application(Identity("zoe@example.org", "Zoé", "Réelle", ""), "onsite", "other", "", "fr")
    register(edition=coming, application=application, nonce="1", at=NOW)

    build(people=71)

    pool.refresh_from_db()
    assert (pool.taken, pool.capacity, pool.waiting) == (38, 38, 16)
    assert by_status(coming)["waiting"] == 16
    assert broken_invariants() == []


def test_batches_change_nothing(db, monkeypatch):
    monkeypatch.setattr(crowd, "BATCH", 7)

    build(people=30)

    assert Registration.objects.count() == 550
    assert broken_invariants() == []


def test_another_edition_opens_when_the_last_is_over(coming):
    built = build(at=coming.ends_at + timedelta(days=1))

    assert built.editions == ["2028"]
    assert Edition.objects.get(slug="2028").ordinal == 4


def test_year_of_another_edition_is_left_to_it(db):
    EditionFactory(slug="2027", title_fr="La nôtre")

    assert build().editions == ["2021", "2022", "2028"]
    assert Edition.objects.get(slug="2027").title_fr == "La nôtre"


def test_editions_that_are_there_are_left_alone(db):
    EditionFactory(slug="2021", title_fr="Un")
    EditionFactory(slug="2022", title_fr="Deux")

    built = build(people=0)

    assert built.editions == ["2027"]
    assert list(Edition.objects.order_by("slug").values_list("title_fr", flat=True)[:2]) == ["Un", "Deux"]
    assert Registration.objects.count() == 0


def test_staff_has_one_role_each_and_no_password(sample):
    roles = StaffRole.objects.filter(edition__slug="2027").values_list("user__email", "role")

    assert set(roles) == {(ORGANIZER, "organizer"), (EXPORTER, "exporter"), (DOOR_HELPER, "door")}
    users = User.objects.all()
    assert {user.email for user in users} == set(ACCOUNTS)
    assert not any(user.has_usable_password() for user in users)
    assert all(user.emailaddress_set.get().verified for user in users)


def test_command_tells_what_it_added(db):
    first, second, third = StringIO(), StringIO(), StringIO()

    call_command("seed_demo", people=20, stdout=first)
    call_command("seed_demo", people=20, stdout=second)
    call_command("seed_demo", people=21, json=True, stdout=third)

    assert "540 registrations; 0 accounts" in first.getvalue()
    assert second.getvalue() == "Added: editions none; 0 registrations; 0 accounts.\n"
    assert json.loads(third.getvalue()) == {"editions": [], "registrations": 1, "accounts": 0}


def test_command_makes_accounts_with_debug_only(db, settings):
    call_command("seed_demo", people=0, stdout=StringIO())
    without = User.objects.count()
    settings.DEBUG = True

    call_command("seed_demo", people=0, stdout=StringIO())

    assert (without, User.objects.count()) == (0, 4)
    assert StaffRole.objects.count() == 9


@pytest.mark.parametrize("people", [-1, 1_000_001])
def test_command_refuses_a_senseless_number(db, people):
    with pytest.raises(CommandError, match="--people"):
        call_command("seed_demo", people=people)


def test_command_says_that_tables_are_missing(db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE programme_edition RENAME TO elsewhere")

    with pytest.raises(CommandError, match="migrate"):
        call_command("seed_demo", people=0)
