"""What staff can only send by hand: a clear refusal, never an error of ours."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from tests.factories import registered
from tests.registrations.admin.forms import fields_of

LISTS = ("outbox_outgoingmail", "programme_edition", "programme_figure", "registrations_registration")
ODD_FILTERS = (
    "created_at__year=9999999999",
    "created_at__year=-1",
    "created_at__gte=x",
    "created_at__month=99999999999999999999",
    "created_at__date=99999-01-01",
    "created_at__year__gte=0",
    "starts_at__year=9999999999",
    "status__exact=%00",
    "id__exact=99999999999999999999999",
    "id__in=x",
    "p=99999999999999999999",
    "o=99.x.-1",
    "q=%F0%9F%98%80",
    "all=",
    "_popup=x&_to_field=nonsense",
)


@pytest.mark.parametrize("query", ODD_FILTERS)
def test_odd_filter_of_a_list_is_no_error(superuser, edition, query):
    registered(edition)
    superuser.raise_request_exception = False

    answers = {name: superuser.get(f"{reverse(f'admin:{name}_changelist')}?{query}").status_code for name in LISTS}

    assert {name: status for name, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize(
    "path", ["1/1/", "99999999/1/", "1/x/", "99999999999999999999999/1/", "1/99999999999999999999/"]
)
def test_odd_view_on_site_is_not_found(superuser, db, path):
    superuser.raise_request_exception = False

    assert superuser.get(f"/admin/r/{path}").status_code == 404


def test_view_on_site_of_every_model_is_no_error(superuser, edition):
    superuser.raise_request_exception = False

    answers = [superuser.get(f"/admin/r/{kind.pk}/1/").status_code for kind in ContentType.objects.all()]

    assert set(answers) == {404}


@pytest.mark.parametrize(
    "query",
    [
        "starts_at=x", "starts_at=2027-13-45", "starts_at=99999-01-01", "ends_at=", "attendance_modes=x", "ordinal=x",
        "edition=x", "edition=99999999999999999999", "person=x", "user=x", "value=x", "stated_date=x", "is_active=x",
        "audited_date=x", "_changelist_filters=%00",
    ],
)  # fmt: skip
def test_odd_first_value_of_a_form_is_no_error(superuser, edition, query):
    superuser.raise_request_exception = False

    answers = {name: superuser.get(f"{reverse(f'admin:{name}_add')}?{query}").status_code for name in LISTS}

    assert {name: status for name, status in answers.items() if status >= 500} == {}


FORGED = (
    {"sessions-INITIAL_FORMS": "9"},
    {"sessions-INITIAL_FORMS": "x"},
    {"sessions-INITIAL_FORMS": "-1"},
    {"sessions-TOTAL_FORMS": "99999999999"},
    {"sessions-TOTAL_FORMS": "9", "sessions-INITIAL_FORMS": "9"},
    {"sessions-TOTAL_FORMS": "1", "sessions-INITIAL_FORMS": "1"},
    {"sessions-TOTAL_FORMS": "1", "sessions-INITIAL_FORMS": "1", "sessions-0-id": "x"},
    {"sessions-TOTAL_FORMS": "1", "sessions-INITIAL_FORMS": "1", "sessions-0-id": "99999999999999999999"},
    {"sessions-TOTAL_FORMS": None},
    {"seat_pools-INITIAL_FORMS": "0", "seat_pools-TOTAL_FORMS": "9"},
    {"seat_pools-INITIAL_FORMS": "9", "seat_pools-TOTAL_FORMS": "9"},
    {"seat_pools-0-id": "x"},
    {"appearances-TOTAL_FORMS": "1", "appearances-INITIAL_FORMS": "1", "appearances-0-id": "5"},
    {"appearances-TOTAL_FORMS": "1", "appearances-0-person": "x"},
    {"appearances-TOTAL_FORMS": "1", "appearances-0-person": "99999999999999999999"},
    {"partnerships-TOTAL_FORMS": "1", "partnerships-0-organisation": "x"},
    {"figures-INITIAL_FORMS": "1", "figures-TOTAL_FORMS": "1"},
    {"documents-INITIAL_FORMS": "1", "documents-TOTAL_FORMS": "1", "documents-0-id": "1"},
    {"starts_at_0": "99999-01-01"},
    {"starts_at_1": "99:99"},
    {"time_zone": "../../etc"},
    {"status": "nonsense"},
)


@pytest.mark.parametrize("forged", FORGED)
def test_forged_form_of_an_edition_is_no_error(superuser, edition, saved, forged):
    address = reverse("admin:programme_edition_change", args=[edition.pk])
    data = fields_of(superuser.get(address), "edition_form") | forged
    data = {name: value for name, value in data.items() if value is not None}
    superuser.raise_request_exception = False

    response = saved(lambda: superuser.post(address, data))

    assert response.status_code < 500


@pytest.mark.parametrize(
    "data", [{"action": "x"}, {"action": "delete_selected", "index": "x"}, {"form-INITIAL_FORMS": "x"}]
)
def test_forged_action_of_a_list_is_no_error(superuser, edition, data):
    superuser.raise_request_exception = False

    answers = {name: superuser.post(reverse(f"admin:{name}_changelist"), data).status_code for name in LISTS}

    assert {name: status for name, status in answers.items() if status >= 500} == {}
