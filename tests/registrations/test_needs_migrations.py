"""What was noted of a person's needs together is noted of each, and back, on a database that holds some."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from registrations.models import Arrangement, Needs
from tests.factories import NOW, UserFactory, registered, somebodys_needs

MOVED = "0034_one_arrangement_a_need"
DROPPED = "0035_needs_without_arrangements"
OF_A_PERSON = "SELECT answered_by_id, due_date, done_at, staff_note FROM registrations_needs ORDER BY id"


@pytest.fixture
def run(db):
    loader = MigrationLoader(connection)

    def run(direction, *names):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            migration = loader.get_migration("registrations", name)
            with connection.schema_editor() as editor:
                getattr(migration, direction)(loader.project_state(("registrations", name), at_end=False), editor)

    return run


def of_a_person():
    with connection.cursor() as cursor:
        cursor.execute(OF_A_PERSON)
        return cursor.fetchall()


def test_each_need_gets_what_was_noted_of_all(edition, run):
    user, day = UserFactory(), date(2027, 5, 1)
    somebodys_needs(registered(edition), access=["captions", "wheelchair"])
    run("unapply", DROPPED, MOVED)
    Arrangement.objects.all().delete()
    with connection.cursor() as cursor:
        noted = "UPDATE registrations_needs SET answered_by_id = %s, due_date = %s, done_at = %s, staff_note = 'Row 1'"
        cursor.execute(noted, [user.pk, day, NOW])

    run("apply", MOVED, DROPPED)

    found = Arrangement.objects.values_list("need", "answered_by", "due_date", "done_at", "staff_note")
    assert sorted(found) == [(need, user.pk, day, NOW, "Row 1") for need in ("captions", "diet", "note", "wheelchair")]
    assert Needs.objects.count() == 1


def test_back_a_person_is_served_when_all_is_done(edition, run):
    user, day = UserFactory(), date(2027, 5, 1)
    needs = somebodys_needs(registered(edition), note="")
    needs.arrangements.update(done_at=NOW, due_date=day, staff_note="Row 1")
    needs.arrangements.filter(need="diet").update(
        answered_by=user, due_date=day + timedelta(days=1), staff_note="Vegan"
    )
    somebodys_needs(registered(edition, "b@example.org"), note="").arrangements.filter(need="diet").update(done_at=NOW)

    run("unapply", DROPPED, MOVED)

    assert of_a_person() == [(user.pk, day, NOW, "Row 1 · Vegan"), (None, None, None, "")]
