"""What a list of the administration can be asked for by hand."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.factories import registered
from tests.registrations.admin.conftest import staff

LIST = reverse("admin:registrations_registration_changelist")
FILTER = re.compile(r'href="\?([a-z_]+)=')


@pytest.mark.parametrize("lookup", ["needs__isnull", "visa_letter__isnull", "page_digest__startswith", "id__gte"])
@pytest.mark.parametrize("role", ["organizer", "exporter"])
def test_no_list_tells_by_its_filters_what_it_does_not_show(edition, role, lookup):
    registered(edition)

    response = staff(edition, role).get(LIST, {lookup: "0"})

    assert (response.status_code, response["Location"]) == (302, f"{LIST}?e=1")


def test_action_on_a_list_that_is_narrowed_so_does_nothing(edition):
    key = registered(edition).pk
    ticked = {"action": "export_attendance", "select_across": "1", "_selected_action": [key]}

    response = staff(edition, "exporter").post(f"{LIST}?needs__isnull=False", ticked)

    assert (response.status_code, response["Location"]) == (302, f"{LIST}?e=1")


def test_every_filter_of_every_list_is_taken(superuser, edition, rf):
    registered(edition)
    refused = []
    for model, page in admin.site._registry.items():
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        shown = FILTER.findall(superuser.get(path).content.decode())
        lookups = {name for name in shown if name not in {"o", "p", "all", "q", "_facets", "e"}}
        refused += [(path, name) for name in lookups if not page.lookup_allowed(name, "", rf.get(path))]

    assert refused == []
