import io
import json

import pytest
from django.core.management import CommandError, call_command

from programme.models import SeatPool
from registrations.services.invariants import CHECKS
from tests.registrations.views.test_page import registered


def test_command_proves_that_all_agrees(edition):
    registered(edition)
    out = io.StringIO()

    call_command("verify_invariants", stdout=out)

    assert out.getvalue().count("ok  ") == len(CHECKS)


def test_command_names_what_does_not_agree_and_where(edition):
    registered(edition)
    SeatPool.objects.filter(edition=edition, mode="onsite").update(taken=7)
    out = io.StringIO()

    with pytest.raises(CommandError, match=f"1 of {len(CHECKS)} invariants do not hold"):
        call_command("verify_invariants", stdout=out)

    pool = SeatPool.objects.get(edition=edition, mode="onsite")
    assert f"FAIL a pool's taken seats are its held claims\n     {pool.pk}, 7, 1\n" in out.getvalue()


def test_command_speaks_to_machines(edition):
    SeatPool.objects.filter(edition=edition, mode="online").update(taken=3)
    out = io.StringIO()

    with pytest.raises(CommandError):
        call_command("verify_invariants", json=True, stdout=out)

    broken = [entry for entry in json.loads(out.getvalue()) if not entry["holds"]]
    assert [entry["invariant"] for entry in broken] == ["a pool's taken seats are its held claims"]
