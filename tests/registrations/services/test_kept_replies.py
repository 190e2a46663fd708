"""The same request under the same key, one after the other and at once."""

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from registrations.models import CheckIn, KeptReply
from registrations.services import kept_replies, privacy
from registrations.services.kept_replies import KeyOfAnotherRequest, Reply
from tests.factories import NOW, ApiTokenFactory, registered
from tests.races import at_once
from tests.registrations.api.conftest import make_token


def recall(token, request="r", at=NOW):
    return kept_replies.recall(token=token, key_digest="k", request_digest=request, at=at)


def test_answer_is_recalled_for_a_day(db):
    token, answer = ApiTokenFactory(), Reply(201, {"id": "1"})

    first = recall(token)
    kept_replies.keep(token=token, key_digest="k", reply=answer)

    assert (first, recall(token)) == (None, answer)
    assert recall(token, at=NOW + timedelta(hours=24)) is None


def test_answer_that_was_given_first_is_kept(db):
    token = ApiTokenFactory()
    recall(token)

    for status in (201, 409):
        kept_replies.keep(token=token, key_digest="k", reply=Reply(status, {}))

    assert recall(token) == Reply(201, {})
    assert str(KeptReply.objects.get()).endswith(f" to key {token.pk}")


def test_key_of_another_request_is_refused(db):
    token = ApiTokenFactory()
    recall(token)

    with pytest.raises(KeyOfAnotherRequest):
        recall(token, request="another")


def test_answers_of_the_day_before_are_purged(db):
    recall(ApiTokenFactory())

    assert privacy.purge(at=NOW + timedelta(hours=23)).replies == 0
    assert privacy.purge(at=NOW + timedelta(hours=24)).replies == 1
    assert not KeptReply.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_same_scan_sent_eight_times_at_once_is_one_entry_and_one_answer(edition, time_machine):
    time_machine.move_to(NOW, tick=False)
    token, registration = make_token(edition, "checkins:write"), registered(edition)
    scan = json.dumps({"id": str(uuid.uuid4()), "code": registration.reference})
    headers = {"authorization": f"Bearer {token.secret}", "idempotency-key": "one"}

    def send():
        path = f"/api/v1/editions/{edition.slug}/check-ins"
        return Client().post(path, scan, content_type="application/json", headers=headers)

    answers = at_once(*[send] * 8)

    assert {(answer.status_code, answer.json()["id"]) for answer in answers} == {(201, json.loads(scan)["id"])}
    assert (CheckIn.objects.count(), KeptReply.objects.count()) == (1, 1)
