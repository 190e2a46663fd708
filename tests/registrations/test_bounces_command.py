"""``manage.py process_bounces``: one notice from standard input, or a Maildir."""

import io
import json
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from registrations.models import Attendee
from symposium.outbox.models import OutgoingMail
from tests.factories import registered
from tests.symposium.outbox.notices import notice


@pytest.fixture(autouse=True)
def bounces_are_read(settings):
    settings.BOUNCE_ADDRESS = "bounces@symposium.example.org"


@pytest.fixture
def letter(edition):
    return OutgoingMail.objects.get(about=registered(edition).mail_about)


@pytest.fixture
def maildir(tmp_path):
    (tmp_path / "new").mkdir()
    return tmp_path


def run(*arguments):
    out = io.StringIO()
    call_command("process_bounces", *arguments, stdout=out)
    return out.getvalue()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_one_notice_comes_from_standard_input(letter, monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(notice(letter))))

    assert run() == "1 permanent, 0 temporary, 0 repeated, 0 other\n"
    assert Attendee.objects.get().undeliverable_status == "5.1.1"


def test_maildir_is_read_once_and_what_is_no_notice_stays(letter, maildir):
    (maildir / "new" / "1").write_bytes(notice(letter, "4.4.7"))
    (maildir / "new" / "2").write_bytes(notice(letter))
    (maildir / "new" / "3").write_bytes(notice(letter))
    (maildir / "new" / "4").write_bytes(b"Auto-Submitted: auto-replied\n\nI am away.\n")
    (maildir / "new" / "folder").mkdir()

    first, second = (json.loads(run("--maildir", str(maildir), "--json")) for _time in range(2))

    assert first == {"permanent": 1, "temporary": 1, "repeated": 1, "other": 1}
    assert second == {"permanent": 0, "temporary": 0, "repeated": 0, "other": 1}
    assert (names(maildir / "cur"), names(maildir / "new")) == (["1:2,S", "2:2,S", "3:2,S"], ["4", "folder"])


def test_what_cannot_be_read_is_refused(settings, tmp_path, maildir):
    with pytest.raises(CommandError, match="no Maildir"):
        run("--maildir", str(tmp_path / "none"))
    (maildir / "cur").write_text("a file")
    with pytest.raises(CommandError, match="cannot be read or changed"):
        run("--maildir", str(maildir))
    settings.BOUNCE_ADDRESS = ""
    with pytest.raises(CommandError, match="BOUNCE_ADDRESS is not set"):
        run()
