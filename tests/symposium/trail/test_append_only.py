"""The trail is added to and never changed, and takes no name in."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from symposium.trail import models, writing
from symposium.trail.models import TrailEntry
from symposium.trail.writing import Kind, Source, entry, write
from tests.factories import NOW, UserFactory


@pytest.fixture
def written(db):
    write(entry(kind=Kind.PURGED, by=Source.SCHEDULE, at=timezone.now(), counts={"waiting": 3}))
    return TrailEntry.objects.get()


def test_an_entry_is_never_changed(written):
    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
        TrailEntry.objects.update(counts={"waiting": 0})

    written.refresh_from_db()
    assert written.counts == {"waiting": 3}


def test_an_entry_is_not_deleted_before_its_time(written):
    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
        written.delete()

    assert TrailEntry.objects.overdue(NOW + timedelta(days=9999)).count() == 0
    assert TrailEntry.objects.get() == written


def test_an_entry_goes_when_its_period_is_over(db):
    ended = timezone.now() - timedelta(days=models.KEPT_DAYS, minutes=1)
    write(entry(kind=Kind.PURGED, by=Source.SCHEDULE, at=ended))

    assert TrailEntry.objects.overdue(timezone.now()).delete()[0] == 1


def test_the_database_keeps_entries_as_long_as_the_code_says(db):
    with_a_minute_left = timezone.now() - timedelta(days=models.KEPT_DAYS) + timedelta(minutes=1)
    write(entry(kind=Kind.PURGED, by=Source.SCHEDULE, at=with_a_minute_left))

    with pytest.raises(IntegrityError, match="only added to"):
        TrailEntry.objects.all().delete()


@pytest.mark.parametrize(
    "fields",
    [
        {"detail": "Ada Example"},
        {"detail": "ada@example.org"},
        {"record_id": "ada@example.org"},
        {"record_id": "Ada Example"},
        {"source": "staff"},
        {"source": "command", "actor_id": 3},
        {"source": "somebody"},
        {"kind": "guessed"},
    ],
)
def test_the_database_refuses_names_and_nonsense(db, fields):
    with pytest.raises(IntegrityError):
        TrailEntry.objects.create(**{"at": NOW, "kind": "added", "source": "command", **fields})


def test_what_is_no_name_of_a_field_is_refused(db):
    with pytest.raises(writing.NotAFieldName):
        entry(kind=Kind.CHANGED, by=Source.COMMAND, at=NOW, fields=["Ada Example"])


def test_an_entry_outlives_the_account_that_it_names(db):
    user = UserFactory()
    write(entry(kind=Kind.CHANGED, by=user, at=NOW, record=user, fields=["name", "email"]))
    pk = user.pk

    user.delete()

    found = TrailEntry.objects.get()
    assert (found.source, found.actor_id, found.record_type, found.record_id) == ("staff", pk, "accounts.user", str(pk))
    assert found.fields == ["email", "name"]
    assert str(found) == f"changed accounts.user {pk}"


def test_a_superuser_made_on_the_command_line_leaves_a_trace(db):
    call_command("createsuperuser", email="ada@example.org", interactive=False, stdout=StringIO())

    found = TrailEntry.objects.get()
    assert (found.kind, found.source, found.fields) == ("given", "command", ["is_staff", "is_superuser"])


def test_a_reset_of_the_second_factor_leaves_a_trace(db):
    user = UserFactory()

    call_command("reset_second_factor", user.email, reason="Lost", stdout=StringIO())

    found = TrailEntry.objects.get()
    assert (found.kind, found.source, found.record_id) == ("reset", "command", str(user.pk))
