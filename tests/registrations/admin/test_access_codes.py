"""The codes of an edition, on its page."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.forms import inlineformset_factory

from programme.models import AccessCode, Edition
from registrations.admin.access_codes import AccessCodeFormSet
from symposium.trail.models import TrailEntry
from tests.registrations.admin.forms import change, send, shown

FORM = "edition_form"


@pytest.fixture
def code(edition):
    return AccessCode.objects.create(edition=edition, code="SPEAKERS-27", uses_allowed=2, used=1)


def row(number, **typed):
    return {f"access_codes-{number}-{name}": value for name, value in typed.items()}


def save(client, edition, rows, **typed):
    return send(client, change(edition), FORM, **{"access_codes-TOTAL_FORMS": rows, **typed})


def test_organizer_asks_for_a_code_and_hands_one_out(organizer, edition, saved):
    typed = row(0, code="SPEAKERS-27", label="Speakers", uses_allowed="12")
    moment = row(0, valid_until_0="2027-03-31", valid_until_1="12:00")

    answer = saved(lambda: save(organizer, edition, 1, requires_code="on", **typed, **moment))

    edition.refresh_from_db()
    assert (answer.status_code, edition.requires_code) == (302, True)
    assert AccessCode.objects.values_list("code", "label", "uses_allowed", "used", "valid_until").get() == (
        "SPEAKERS-27", "Speakers", 12, 0, datetime(2027, 3, 31, 10, tzinfo=UTC)
    )  # fmt: skip
    assert sorted(TrailEntry.objects.values_list("kind", "record_type", "edition_id")) == [
        ("added", "programme.accesscode", edition.pk),
        ("changed", "programme.edition", edition.pk),
    ]


def test_code_gets_another_label(organizer, edition, code, saved):
    saved(lambda: save(organizer, edition, 1, **row(0, label="Moderators")))

    assert AccessCode.objects.values_list("label", "used").get() == ("Moderators", 1)


def test_use_counted_while_a_code_is_saved_is_kept(code):
    AccessCode.objects.update(used=2)
    code.label = "Moderators"
    rows = inlineformset_factory(Edition, AccessCode, formset=AccessCodeFormSet, fields=["label"])

    rows(instance=code.edition).save_existing(SimpleNamespace(changed_data=["label"]), code)

    assert AccessCode.objects.values_list("label", "used").get() == ("Moderators", 2)


def test_page_tells_how_often_a_code_was_used(organizer, edition, code):
    assert '<td class="field-used"' in shown(organizer.get(change(edition)))
    assert f'name="access_codes-0-id" value="{code.pk}"' in shown(organizer.get(change(edition)))


def test_code_is_taken_away(organizer, edition, code, saved):
    saved(lambda: save(organizer, edition, 1, **row(0, DELETE="on")))

    assert AccessCode.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [("abc", "a shorter code can be guessed"), ("SPEAKERS-27", "Please correct the duplicate")],
)
def test_code_too_short_or_there_already_is_refused(organizer, edition, code, saved, typed, words):
    answer = saved(lambda: save(organizer, edition, 2, **row(1, code=typed)))

    assert (answer.status_code, AccessCode.objects.count()) == (200, 1)
    assert words in shown(answer)
