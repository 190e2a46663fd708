"""A superuser deletes a draft that nobody registered for, with all that it has, and nothing else."""

import re
from datetime import time

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from programme.models import AccessCode, Edition
from registrations.models import ColumnSet, Export, ExportSchedule
from registrations.services import messages, webhooks
from symposium.trail.models import TrailEntry
from tests.factories import (
    NOW,
    ApiTokenFactory,
    AppearanceFactory,
    DocumentFactory,
    EditionFactory,
    FigureFactory,
    MessageFactory,
    PartnershipFactory,
    PersonFactory,
    QuestionFactory,
    SeatPoolFactory,
    registered,
    with_seats,
)
from tests.registrations.admin.forms import change, shown
from tests.registrations.receivers import webhook_of


def delete_page(edition):
    return reverse("admin:programme_edition_delete", args=[edition.pk])


def counts():
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model is not TrailEntry}


def fill(draft, user, speaker, organisation):
    """Leave rows in every corner of a draft that is prepared."""
    SeatPoolFactory(edition=draft)
    AppearanceFactory(session=with_seats(draft, 5), person=speaker)
    PartnershipFactory(edition=draft, organisation=organisation)
    FigureFactory(edition=draft)
    DocumentFactory(edition=draft)
    QuestionFactory(edition=draft, kind="one", options=["Fish", "Rice"])
    AccessCode.objects.create(edition=draft, code="AUTUMN")
    ColumnSet.objects.create(edition=draft, name="Badges", columns=["email"])
    Export.objects.create(edition=draft, profile="xlsx", rows=0, exported_by=user, exported_at=NOW)
    ExportSchedule.objects.create(edition=draft, asked_by=user, asked_at=NOW, profile="xlsx", every=7, due_time=time(8))
    ApiTokenFactory(edition=draft, created_by=user)
    webhooks.send_test(webhook=webhook_of(draft, "https://hooks.example.org/"), at=NOW)
    messages.send_test(message=MessageFactory(edition=draft), user=user, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_draft_goes_with_all_that_it_has(superuser):
    speaker, organisation = PersonFactory(), PartnershipFactory().organisation
    superuser.get(reverse("admin:index"))
    before = counts()
    draft = EditionFactory(status="draft", starts_at=NOW, ends_at=NOW.replace(hour=20))
    fill(draft, superuser.user, speaker, organisation)

    page = " ".join(re.sub(r"<[^>]+>", " ", shown(superuser.get(delete_page(draft)))).split())
    response = superuser.post(delete_page(draft), {"post": "yes"})

    assert "Deliveries to webhooks: 1" in page
    assert "Answers offered: 2" in page
    assert response.status_code == 302
    assert {label: number for label, number in counts().items() if number != before[label]} == {}
    last = TrailEntry.objects.latest("pk")
    assert (last.kind, last.record_type, last.record_id) == ("deleted", "programme.edition", str(draft.pk))


def test_edition_that_somebody_registered_for_stays_though_it_is_a_draft_again(superuser, edition):
    registered(edition)
    Edition.objects.filter(pk=edition.pk).update(status="draft")

    answers = [superuser.get(delete_page(edition)), superuser.post(delete_page(edition), {"post": "yes"})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert delete_page(edition) not in shown(superuser.get(change(edition)))
    assert edition.registrations.count() == 1


def test_draft_that_was_published_meanwhile_is_not_deleted(rf, edition):
    with pytest.raises(PermissionDenied):
        site.get_model_admin(Edition).delete_model(rf.post("/"), edition)

    assert Edition.objects.filter(pk=edition.pk).exists()
