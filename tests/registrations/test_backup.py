"""A backup, and what it gives back."""

import json
import zipfile
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from programme.models import Edition, Logo
from registrations.models import Attendee, Registration
from registrations.services import backup, privacy
from symposium.accounts.models import User
from symposium.lib import erasures
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.factories import NOW, FigureFactory, UserFactory
from tests.registrations.views.test_page import registered, url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path, time_machine):
    settings.ERASURE_JOURNAL = tmp_path / "journal" / "erasures.txt"
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "symposium.backup"


def everything():
    """Return every row of every table that a backup holds."""
    with connection.cursor() as cursor:
        rows = {}
        for model in backup._models():
            cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t ORDER BY 1")
            rows[model._meta.db_table] = [row for (row,) in cursor.fetchall()]
    return rows


def empty_database():
    tables = ", ".join(f'"{model._meta.db_table}"' for model in backup._models())
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")


def lose_and_restore(path):
    empty_database()
    return backup.restore(path=path, at=NOW)


def test_restored_database_is_equal_and_its_links_work(edition, path):
    first = registered(edition)
    FigureFactory(edition=edition)
    UserFactory()
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    counts = backup.back_up(path=path, at=NOW)
    before = everything()
    assert counts == {table: len(rows) for table, rows in before.items()}

    rows, erased = lose_and_restore(path)

    assert everything() == before
    assert (rows, erased) == (counts, 0)
    assert Client().get(url(first)).status_code == 200
    assert registered(Edition.objects.get(), name="later").status == "confirmed"  # the sequences go on


def test_mail_that_had_not_left_is_held_back(edition, path):
    registered(edition)
    backup.back_up(path=path, at=NOW)

    lose_and_restore(path)

    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.last_error) == ("failed", backup.HELD_BACK)
    assert not OutgoingMail.objects.due(NOW + timedelta(days=9)).exists()


def test_who_was_erased_after_the_backup_is_erased_again(edition, path):
    gone, stays = registered(edition, name="gone"), registered(edition, name="stays")
    backup.back_up(path=path, at=NOW)
    privacy.erase(registration=gone, at=NOW)

    _rows, erased = lose_and_restore(path)

    assert erased == 1
    assert list(Attendee.objects.values_list("registration", flat=True)) == [stays.pk]
    assert TrailEntry.objects.filter(kind="erased", record_id=str(gone.pk), source="command").count() == 1


def test_journal_beside_a_newer_backup_counts_where_this_machines_own_is_lost(edition, path, settings):
    gone = registered(edition)
    backup.back_up(path=path, at=NOW)
    old = path.read_bytes()
    privacy.erase(registration=gone, at=NOW)
    backup.back_up(path=path, at=NOW)
    settings.ERASURE_JOURNAL.unlink()
    path.write_bytes(old)

    assert lose_and_restore(path)[1] == 1


def test_journal_tells_nothing_of_anybody(edition, path):
    registration = registered(edition)
    privacy.erase(registration=registration, at=NOW)
    backup.back_up(path=path, at=NOW)

    assert backup.journal_beside(path).read_text() == f"{erasures.digest_of(registration.pk)}\n"
    assert str(registration.pk) not in backup.journal_beside(path).read_text()


def test_journal_that_cannot_be_written_is_told_and_the_person_erased(edition, settings, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    settings.ERASURE_JOURNAL = tmp_path / "file" / "erasures.txt"

    privacy.erase(registration=registered(edition), at=NOW)

    assert not Attendee.objects.exists()
    assert "could not be written to the journal" in caplog.text
    assert "essai" not in caplog.text


def test_a_database_that_is_not_empty_is_left_alone(edition, path):
    registered(edition)
    backup.back_up(path=path, at=NOW)
    before = everything()

    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(path))

    assert everything() == before


def test_backup_of_another_version_is_refused(edition, path):
    backup.back_up(path=path, at=NOW)
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    about = json.loads(files.pop(backup.ABOUT))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(backup.ABOUT, json.dumps(about | {"migrations": []}))
    empty_database()

    with pytest.raises(CommandError, match="another version"):
        call_command("restore", str(path))


@pytest.mark.parametrize("damage", ["no file", "other file", "cut", "table missing"])
def test_what_is_no_whole_backup_is_refused(edition, path, damage):
    registered(edition)
    backup.back_up(path=path, at=NOW)
    content = path.read_bytes()
    if damage == "no file":
        path.unlink()
    elif damage == "table missing":
        with zipfile.ZipFile(path) as archive:
            about = archive.read(backup.ABOUT)
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(backup.ABOUT, about)
    else:
        path.write_bytes(b"PK hello" if damage == "other file" else content[: len(content) // 2])
    empty_database()

    with pytest.raises(CommandError, match="is no backup of ours"):
        call_command("restore", str(path))

    assert not Edition.objects.exists()


def test_commands_say_what_they_did(edition, path, capsys):
    registered(edition)
    Registration.objects.update(language="en")

    call_command("backup", str(path))
    assert f"are in {path}; {path}.erasures goes with it." in capsys.readouterr().out
    call_command("backup", str(path), json=True)
    rows = json.loads(capsys.readouterr().out)
    assert rows["registrations_registration"] == 1
    empty_database()
    call_command("restore", str(path), json=True)
    assert json.loads(capsys.readouterr().out) == {"rows": rows, "erased_again": 0}
    empty_database()
    call_command("restore", str(path))
    assert capsys.readouterr().out.endswith(" rows are back; 0 registrations were erased again.\n")


def test_backup_that_cannot_be_written_says_why(edition, tmp_path):
    with pytest.raises(CommandError, match="could not be written"):
        call_command("backup", str(tmp_path / "missing" / "file"))


def test_backup_takes_logos_and_no_sessions(edition, path):
    counts = backup.back_up(path=path, at=NOW)

    assert Logo._meta.db_table in counts
    assert User._meta.db_table in counts
    assert "django_session" not in counts
