from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from programme.models import Appearance, Edition, Figure, SeatPool, Session
from programme.models.validators import (
    RESERVED_SLUGS,
    contrast,
    validate_accent_dark,
    validate_accent_light,
    validate_edition_slug,
    validate_orcid,
    validate_real_time,
    validate_ror,
    validate_time_zone,
)
from tests.factories import (
    NOW,
    AppearanceFactory,
    DocumentFactory,
    EditionFactory,
    FigureFactory,
    OrganisationFactory,
    PartnershipFactory,
    PersonFactory,
    SeatPoolFactory,
    SessionFactory,
    UserFactory,
)

SECOND = timedelta(seconds=1)


def refused(action):
    try:
        with transaction.atomic():
            action()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "open"),
        ({"registration_opens_at": NOW}, "open"),
        ({"registration_opens_at": NOW + SECOND}, "soon"),
        ({"registration_opens_at": None}, "closed"),
        ({"registration_closes_at": NOW}, "closed"),
        ({"registration_closes_at": NOW + SECOND}, "open"),
        ({"registration_closes_at": None}, "open"),
        ({"registration_closes_at": None, "starts_at": NOW - 2 * SECOND, "ends_at": NOW}, "closed"),
        ({"registration_closes_at": None, "starts_at": NOW - SECOND, "ends_at": NOW + SECOND}, "open"),
        ({"registration_closes_at": NOW + SECOND, "starts_at": NOW - 2 * SECOND, "ends_at": NOW}, "closed"),
        ({"status": "draft"}, "closed"),
        ({"status": "archived"}, "closed"),
        ({"status": "postponed"}, "postponed"),
        ({"status": "cancelled"}, "cancelled"),
    ],
)
def test_registration_state(change, state):
    edition = EditionFactory.build(**change)

    assert edition.registration_state(NOW) == state
    assert edition.is_registration_open(NOW) == (state == "open")


@pytest.mark.parametrize(
    ("change", "gives"),
    [
        ({}, True),
        ({"starts_at": NOW}, False),
        ({"starts_at": NOW + SECOND}, True),
        ({"seats_given_until": NOW}, False),
        ({"seats_given_until": NOW + SECOND, "starts_at": NOW - SECOND}, True),
        ({"status": "draft"}, False),
        ({"status": "postponed"}, False),
        ({"status": "cancelled"}, False),
        ({"status": "archived"}, False),
    ],
)
def test_freed_seats_are_given_on(change, gives):
    assert EditionFactory.build(**change).gives_on_seats(NOW) is gives


def test_edition_begins_and_ends_by_its_own_clock():
    edition = EditionFactory.build(
        time_zone="America/New_York",
        starts_at=datetime(2027, 5, 21, 2, 0, tzinfo=UTC),
        ends_at=datetime(2027, 5, 21, 5, 0, tzinfo=UTC),
    )

    assert (edition.day, edition.local_start.hour, edition.local_end.hour) == (date(2027, 5, 20), 22, 1)
    assert [edition.has_begun(edition.starts_at + shift) for shift in (-SECOND, timedelta(0))] == [False, True]
    assert [edition.is_over(edition.ends_at + shift) for shift in (-SECOND, timedelta(0))] == [False, True]


def test_editions_are_told_apart(db):
    draft = EditionFactory(status="draft")
    coming = EditionFactory(status="cancelled")
    later = EditionFactory(starts_at=NOW + timedelta(days=300), ends_at=NOW + timedelta(days=301))
    archived = EditionFactory(status="archived", starts_at=NOW + timedelta(days=400), ends_at=NOW + timedelta(days=401))
    past = EditionFactory(starts_at=NOW - timedelta(days=2), ends_at=NOW)

    assert set(Edition.objects.public()) == {coming, later, archived, past}
    assert list(Edition.objects.upcoming(NOW)) == [coming, later]
    assert list(Edition.objects.past(NOW)) == [archived, past]
    assert draft not in Edition.objects.public()


def test_editions_of_a_member_of_staff(db):
    mine, other = EditionFactory(), EditionFactory()
    user = UserFactory()
    for role in ("organizer", "door"):
        mine.staff_roles.create(user=user, role=role)
    other.staff_roles.create(user=user, role="reader")

    def slugs(someone, *roles):
        return sorted(Edition.objects.for_role(someone, *roles).values_list("pk", flat=True))

    assert slugs(user, "organizer", "door") == [mine.pk]
    assert slugs(user, "reader") == [other.pk]
    assert slugs(user, "exporter") == []
    assert slugs(UserFactory(is_superuser=True), "exporter") == [mine.pk, other.pk]
    assert slugs(UserFactory(is_superuser=True, is_active=False), "organizer") == []


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": NOW, "starts_at": NOW},
        {"ends_at": NOW, "starts_at": NOW + SECOND},
        {"registration_opens_at": NOW, "registration_closes_at": NOW},
    ],
    ids=["no time at all", "backwards", "registration of no time"],
)
def test_edition_takes_time(db, change):
    edition = EditionFactory()

    assert refused(lambda: Edition.objects.filter(pk=edition.pk).update(**change))


@pytest.mark.parametrize(
    "change",
    [{"ends_at": NOW, "starts_at": NOW}, {"ends_at": NOW, "starts_at": None}],
    ids=["no time at all", "an end without a beginning"],
)
def test_session_takes_time(db, change):
    session = SessionFactory(starts_at=NOW, ends_at=NOW + SECOND)

    assert refused(lambda: Session.objects.filter(pk=session.pk).update(**change))


def test_session_by_the_clock_of_its_edition():
    edition = EditionFactory.build(time_zone="Europe/Paris")
    timed = SessionFactory.build(edition=edition, starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    bare = SessionFactory.build(edition=edition)

    assert (timed.local_start.hour, timed.local_end.hour) == (13, 14)
    assert (bare.local_start, bare.local_end) == (None, None)


@pytest.mark.parametrize(
    ("start", "end", "clashes"),
    [(0, 2, True), (1, 2, True), (-1, 4, True), (2, 3, False), (-2, 0, False), (None, None, False), (0, None, False)],
)
def test_sessions_clash(start, end, clashes):
    def at(hour):
        return None if hour is None else NOW + timedelta(hours=hour)

    session = SessionFactory.build(starts_at=at(0), ends_at=at(2))
    other = SessionFactory.build(starts_at=at(start), ends_at=at(end))

    assert session.clashes_with(other) is clashes
    assert other.clashes_with(session) is clashes


def test_sessions_are_told_apart(db):
    edition = EditionFactory()
    last = SessionFactory(edition=edition, position=2)
    pause = SessionFactory(edition=edition, position=1, kind="pause")
    first = SessionFactory(edition=edition, position=0)
    AppearanceFactory(session=first)

    assert list(Session.objects.in_order()) == [first, pause, last]
    assert set(Session.objects.talks()) == {first, last}
    assert [len(session.appearances.all()) for session in Session.objects.in_order().with_people()] == [1, 0, 0]


@pytest.mark.parametrize(
    ("capacity", "taken", "waiting", "free", "has_room"),
    [(10, 3, 0, 7, True), (10, 10, 0, 0, False), (10, 12, 0, 0, False), (10, 3, 1, 0, False), (None, 9, 0, None, True),
     (None, 9, 1, 0, False), (0, 0, 0, 0, False)],
)  # fmt: skip
def test_free_seats(capacity, taken, waiting, free, has_room):
    pool = SeatPool(capacity=capacity, taken=taken, waiting=waiting)

    assert (pool.free, pool.has_room) == (free, has_room)


def test_pool_is_of_a_mode_or_of_a_session(db):
    pool = SeatPoolFactory(mode="onsite")
    session = SessionFactory(edition=pool.edition)
    of_session = SeatPoolFactory(edition=pool.edition, session=session, mode="")

    assert refused(lambda: SeatPoolFactory(edition=pool.edition, mode="onsite"))
    assert refused(lambda: SeatPoolFactory(edition=pool.edition, mode=""))
    assert refused(lambda: SeatPool.objects.filter(pk=of_session.pk).update(mode="online"))
    assert list(SeatPool.objects.of_modes()) == [pool]
    assert list(SeatPool.objects.of_sessions()) == [of_session]


def test_seats_stay_within_the_safety_limit(db):
    pool = SeatPoolFactory(capacity=10, safety_limit=10)

    assert refused(lambda: SeatPool.objects.filter(pk=pool.pk).update(capacity=11))
    assert not refused(lambda: SeatPool.objects.filter(pk=pool.pk).update(safety_limit=None))


def test_declared_figure_names_its_source_and_a_counted_one_is_exact(db):
    declared = FigureFactory(source_label_fr="Communiqué", source_label_en="Release")
    counted = FigureFactory(source="counted", is_approximate=False)

    assert refused(lambda: FigureFactory(source_label_fr="", source_label_en=""))
    assert refused(lambda: Figure.objects.filter(pk=counted.pk).update(is_approximate=True))
    assert list(Figure.objects.declared()) == [declared]
    assert list(Figure.objects.counted()) == [counted]


def test_one_role_once(db):
    appearance, partnership = AppearanceFactory(), PartnershipFactory()
    whole = AppearanceFactory(session=None, edition=appearance.edition, person=appearance.person)

    for row in (appearance, whole, partnership):
        row.pk = None
        assert refused(lambda row=row: row.save(force_insert=True))


def test_affiliation_then_or_now():
    person = PersonFactory.build(affiliation="MIT")

    assert Appearance(person=person, affiliation="").shown_affiliation == "MIT"
    assert Appearance(person=person, affiliation="ENS").shown_affiliation == "ENS"


def test_missing_translation_falls_back_visibly(db):
    edition = EditionFactory(title_fr="IA et médecine", title_en="")

    with override("en"):
        assert Edition.objects.get(pk=edition.pk).title == "IA et médecine"


def test_names_in_logs(db):
    edition = EditionFactory(slug="2027")
    person = PersonFactory(given_name="", family_name="Suharto")
    pool = SeatPoolFactory(edition=edition, mode="online")
    session = SessionFactory(edition=edition, slug="data")
    session_pool = SeatPoolFactory(edition=edition, session=session, mode="")
    figure = FigureFactory(edition=edition, value=420)
    role = edition.staff_roles.create(user=UserFactory(), role="door")
    partnership = PartnershipFactory(edition=edition)
    organisation, document = OrganisationFactory(name_fr="Institut"), DocumentFactory(title_fr="Communiqué")
    appearance = AppearanceFactory(session=session, person=person)

    with override("fr"):
        names = [str(row) for row in (edition, person, session, organisation, document)]
    assert names == ["2027", "Suharto", "session data", "Institut", "Communiqué"]
    assert str(pool) == f"seats online of {edition.pk}"
    assert str(session_pool) == f"seats {session.pk} of {edition.pk}"
    assert str(figure) == f"420 {figure.measure} of {edition.pk}"
    assert str(role) == f"door {role.user_id} of {edition.pk}"
    assert str(partnership) == f"organizer {partnership.organisation_id} of {edition.pk}"
    assert str(appearance) == f"speaker {person.pk} in {edition.pk}"


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_word_of_the_site_is_no_name_of_an_edition(slug):
    with pytest.raises(ValidationError):
        validate_edition_slug(slug)


def test_other_words_are_names_of_an_edition():
    assert validate_edition_slug("2027") is None


@pytest.mark.parametrize("zone", ["Europe/Paris", "UTC", "America/New_York"])
def test_time_zone(zone):
    assert validate_time_zone(zone) is None


@pytest.mark.parametrize("zone", ["", "CET+1", "Europe/Lutèce", "../etc/passwd", "europe/paris"])
def test_no_time_zone(zone):
    with pytest.raises(ValidationError):
        validate_time_zone(zone)


@pytest.mark.parametrize(("hour", "exists"), [(1, True), (2, False), (3, True)])
def test_local_time_that_summer_skips(hour, exists):
    moment = datetime(2027, 3, 28, hour, 30, tzinfo=ZoneInfo("Europe/Paris"))

    if exists:
        assert validate_real_time(moment, "Europe/Paris") is None
    else:
        with pytest.raises(ValidationError):
            validate_real_time(moment, "Europe/Paris")


def test_local_time_that_comes_twice_exists():
    assert validate_real_time(datetime(2027, 10, 31, 2, 30, tzinfo=ZoneInfo("Europe/Paris")), "Europe/Paris") is None


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#12604a", "#12604A") == 1


@pytest.mark.parametrize("colour", ["#12604a", "#767676", "#000000"])
def test_accent_that_can_be_read_on_paper(colour):
    assert validate_accent_light(colour) is None


@pytest.mark.parametrize("colour", ["#777777", "#ffffff", "12604a", "#12604", "#12604az", "red", "", "#12604a\n"])
def test_accent_that_cannot(colour):
    with pytest.raises(ValidationError):
        validate_accent_light(colour)


def test_accent_on_dark_paper():
    assert validate_accent_dark("#82cdb1") is None
    with pytest.raises(ValidationError):
        validate_accent_dark("#12604a")


@pytest.mark.parametrize("orcid", ["0000-0002-1825-0097", "0000-0002-1694-233X", "0000-0001-5109-3700"])
def test_orcid(orcid):
    assert validate_orcid(orcid) is None


@pytest.mark.parametrize(
    "orcid", ["0000-0002-1825-0079", "0000-0002-1825-009X", "0000000218250097", "0000-0002-1694-233x", "", "X" * 19]
)
def test_no_orcid(orcid):
    with pytest.raises(ValidationError):
        validate_orcid(orcid)


@pytest.mark.parametrize("ror", ["042nb2s44", "05a28rw58"])
def test_ror(ror):
    assert validate_ror(ror) is None


@pytest.mark.parametrize("ror", ["https://ror.org/042nb2s44", "142nb2s44", "042ib2s44", "042nb2s4", ""])
def test_no_ror(ror):
    with pytest.raises(ValidationError):
        validate_ror(ror)
