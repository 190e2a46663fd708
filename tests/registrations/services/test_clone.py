"""Next year's edition from last year's."""

import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from programme.models import Edition, Partnership, Question, QuestionOption, SeatPool, Session
from registrations.models import ColumnSet
from registrations.services import clone
from registrations.services.clone import SlugTaken, clone_edition
from symposium.trail.models import TrailEntry
from tests.factories import (
    AppearanceFactory,
    EditionFactory,
    FigureFactory,
    PartnershipFactory,
    QuestionFactory,
    SeatPoolFactory,
    SessionFactory,
)
from tests.registrations.views.test_page import registered

pytestmark = pytest.mark.django_db(transaction=True)


def names(model, without):
    return {field.name for field in model._meta.concrete_fields} - without


def test_each_column_is_copied_or_named_as_one_that_is_not():
    texts = {f"{name}{code}" for name in ("title", "lead", "venue", "address", "city", "access_information",
             "joining_instructions", "signatory_function", "organizer_address") for code in ("", "_fr", "_en")}  # fmt: skip
    rules = {"time_zone", "date_precision", "confirms_email", "requires_approval", "requires_code", "largest_group", "reminder_days", "coming_question", "coming_question_days", "survey_days",
             "contact_email", "accent_light", "accent_dark", "asks_needs", "asks_newsletter", "asks_photos", "asks_attendee_list",
             "offers_visa_letters", "signatory_name",
             *clone.MOMENTS}  # fmt: skip
    session_texts = {f"{name}{code}" for name in ("title", "summary", "room", "note") for code in ("", "_fr", "_en")}

    assert names(Edition, clone.OWN_OF_EDITION) == texts | rules
    assert names(Session, clone.OWN_OF_SESSION) == session_texts | {"slug", "kind", "position", "starts_at", "ends_at"}
    assert names(SeatPool, clone.OWN_OF_POOL) == {"mode", "capacity", "safety_limit"}
    assert names(Partnership, clone.OWN_OF_PARTNERSHIP) == {"organisation", "role", "position"}
    assert names(ColumnSet, clone.OWN_OF_COLUMN_SET) == {"name", "columns"}
    question_texts = {f"{name}{code}" for name in ("title", "help_text", "purpose") for code in ("", "_fr", "_en")}
    rules = {"stage", "kind", "is_required", "deletion_date", "position", "is_switched_on"}
    assert names(Question, clone.OWN_OF_QUESTION) == question_texts | rules
    assert names(QuestionOption, clone.OWN_OF_OPTION) == {"label", "label_fr", "label_en", "position"}


def test_clone_is_a_draft_with_seats_sessions_and_partners():
    source = EditionFactory(slug="2027", ordinal=3, title_fr="IA", title_en="AI", status="published", is_sample=True)
    SeatPoolFactory(edition=source, mode="onsite", capacity=40, taken=38, waiting=2, last_position=9)
    session = SessionFactory(edition=source, slug="data", title_fr="Données", starts_at=source.starts_at)
    SeatPoolFactory(edition=source, mode="", session=session, capacity=10, taken=4)
    partnership = PartnershipFactory(edition=source)
    ColumnSet.objects.create(edition=source, name="Badges", columns=["email", "status"])
    AppearanceFactory(session=session)
    FigureFactory(edition=source)
    registered(source, mode="onsite")

    made = clone_edition(source=source, slug="2028")

    made.refresh_from_db()
    assert (made.status, made.ordinal, made.title_fr, made.title_en, made.is_sample) == ("draft", 4, "IA", "AI", False)
    pools = made.seat_pools.order_by("mode").values_list("mode", "capacity", "taken", "waiting", "last_position")
    assert list(pools) == [("", 10, 0, 0, 0), ("onsite", 40, 0, 0, 0)]
    assert list(made.column_sets.values_list("name", "columns")) == [("Badges", ["email", "status"])]
    copied = made.sessions.get()
    assert (copied.slug, copied.title_fr, copied.seat_pool.edition) == ("data", "Données", made)
    assert copied.guid != session.guid
    assert made.partnerships.get().organisation == partnership.organisation
    for left in (made.registrations, made.figures, made.documents, made.appearances, made.staff_roles):
        assert not left.exists()
    assert not copied.appearances.exists()
    assert source.seat_pools.get(mode="onsite").taken == 38


def test_chosen_columns_name_the_questions_of_the_clone():
    source = EditionFactory(slug="2027")
    meal, gone = QuestionFactory(edition=source), QuestionFactory(edition=source)
    chosen = {"Meals": ["email", meal.field_name, gone.field_name, "lost"], "Old": [gone.field_name]}
    for name, columns in chosen.items():
        ColumnSet.objects.create(edition=source, name=name, columns=columns)
    gone.delete()

    made = clone_edition(source=source, slug="2028")

    kept = ("Meals", ["email", made.questions.get().field_name, "lost"])
    assert list(made.column_sets.values_list("name", "columns")) == [kept]
    assert source.column_sets.get(name="Meals").columns == chosen["Meals"]


def test_dates_keep_weekday_and_time_on_the_wall():
    paris = {"starts_at": datetime(2027, 3, 25, 13, tzinfo=UTC), "ends_at": datetime(2027, 3, 25, 17, tzinfo=UTC)}
    source = EditionFactory(slug="2027", **paris, seats_given_until=None)
    SessionFactory(edition=source, starts_at=paris["starts_at"], ends_at=None)

    year, spring = (
        clone_edition(source=source, slug="a"),
        clone_edition(source=source, slug="b", starts_on=date(2027, 4, 1)),
    )

    assert year.local_start.isoformat() == "2028-03-23T14:00:00+01:00"
    assert spring.local_start.isoformat() == "2027-04-01T14:00:00+02:00"
    assert spring.local_end.isoformat() == "2027-04-01T18:00:00+02:00"
    session = spring.sessions.get()
    assert (session.starts_at, session.ends_at) == (spring.starts_at, None)
    assert spring.seats_given_until is None


@pytest.mark.parametrize("slug", ["2027", "admin", "with space", ""])
def test_name_that_is_taken_or_no_name_is_refused(slug):
    source = EditionFactory(slug="2027")

    with pytest.raises(SlugTaken):
        clone_edition(source=source, slug=slug)

    assert Edition.objects.count() == 1


def test_command_clones_and_leaves_a_trace(capsys):
    EditionFactory(slug="2027", ordinal=3)

    call_command("clone_edition", "2027", "2028", starts=date(2028, 5, 18), json=True)

    made = Edition.objects.get(slug="2028")
    assert json.loads(capsys.readouterr().out) == {
        "edition": "2028",
        "ordinal": 4,
        "starts_at": made.local_start.isoformat(),
    }
    assert made.day == date(2028, 5, 18)
    assert TrailEntry.objects.get(edition_id=made.pk).kind == "added"


def test_command_says_what_it_made_and_what_it_cannot(capsys):
    EditionFactory(slug="2027", ordinal=3)

    call_command("clone_edition", "2027", "2028")
    assert capsys.readouterr().out.startswith("Made the draft 2028, edition 4, which begins ")
    with pytest.raises(CommandError, match="2028 is taken"):
        call_command("clone_edition", "2027", "2028")
    with pytest.raises(CommandError, match="no edition 1999"):
        call_command("clone_edition", "1999", "2029")
