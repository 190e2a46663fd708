"""The outbox by itself, before anybody tells it whose editions its mails are about."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser

from symposium.outbox.admin import OutgoingMailAdmin
from symposium.outbox.models import OutgoingMail
from symposium.outbox.queue import enqueue, mail
from symposium.outbox.retry import retry_failed
from tests.factories import NOW, UserFactory

PERMISSIONS = ("module", "view", "add", "change", "delete")


def permissions(rf, user):
    request = rf.get("/")
    request.user = user
    outbox = OutgoingMailAdmin(OutgoingMail, admin.site)
    return [name for name in PERMISSIONS if getattr(outbox, f"has_{name}_permission")(request)]


@pytest.mark.django_db
def test_outbox_is_read_by_superusers_alone(rf):
    assert permissions(rf, UserFactory(is_superuser=True)) == ["module", "view"]
    assert permissions(rf, UserFactory()) == []
    assert permissions(rf, UserFactory(is_superuser=True, is_active=False)) == []
    assert permissions(rf, AnonymousUser()) == []


@pytest.fixture
def mails(db):
    enqueue([mail(kind="test", about=f"thing:{number}", at=NOW) for number in range(3)])
    OutgoingMail.objects.filter(about__in=["thing:0", "thing:1"]).update(state="failed", attempts=20, last_error="550")
    return OutgoingMail.objects.all()


def test_failed_mails_are_queued_anew(mails, django_capture_on_commit_callbacks):
    later = NOW.replace(hour=18)

    with django_capture_on_commit_callbacks() as waked:
        count = retry_failed(mails.exclude(about="thing:1"), at=later)

    assert (count, len(waked)) == (1, 1)
    assert sorted(mails.values_list("about", "state", "attempts", "due_at")) == [
        ("thing:0", "queued", 0, later),
        ("thing:1", "failed", 20, NOW),
        ("thing:2", "queued", 0, NOW),
    ]


def test_nothing_failed_wakes_nobody(mails, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waked:
        assert retry_failed(mails.filter(about="thing:2"), at=NOW) == 0

    assert waked == []
