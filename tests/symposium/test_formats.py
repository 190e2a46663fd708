"""Dates that Django writes by itself are written as ours are."""

from datetime import date, timedelta

import pytest
from django.utils.formats import localize
from django.utils.translation import override

from tests.factories import NOW


@pytest.mark.parametrize(
    ("language", "moment", "day"),
    [
        ("fr", "1 mars 2027, 9\u00a0h\u00a000", "5 mars 2027"),
        ("en", "1 March 2027, 9:00\u00a0AM", "5 March 2027"),
    ],
)
def test_dates_have_the_form_of_the_site(language, moment, day):
    with override(language):
        assert (localize(NOW - timedelta(hours=3)), localize(date(2027, 3, 5))) == (moment, day)
