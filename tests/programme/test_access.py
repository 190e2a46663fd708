from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from programme.models import AccessCode
from programme.models.access import key_of, validate_access_code
from tests.factories import NOW


@pytest.mark.parametrize(
    "typed", ["Été 2027-A", "ete2027a", " É T E 2 0 2 7 a ", "ete_2027-a", "\uff25\uff34\uff252027A"]
)
def test_code_is_read_as_people_type_it(typed):
    assert key_of(typed) == "ete2027a"


@pytest.mark.parametrize("code", ["", "abc12", "a-b-c-1-2", "------", "été 27"])
def test_code_that_can_be_guessed_is_refused(code):
    with override("en"), pytest.raises(ValidationError, match="at least 6"):
        validate_access_code(code)


def test_six_letters_or_digits_are_enough():
    assert validate_access_code("é-b-c-1-2-3") is None


@pytest.mark.parametrize(
    ("used", "allowed", "is_used_up"), [(0, 1, False), (1, 1, True), (2, 1, True), (9, None, False)]
)
def test_code_is_used_up(used, allowed, is_used_up):
    assert AccessCode(used=used, uses_allowed=allowed).is_used_up == is_used_up


@pytest.mark.parametrize(("until", "is_over"), [(None, False), (NOW + timedelta(seconds=1), False), (NOW, True)])
def test_code_is_over(until, is_over):
    assert AccessCode(valid_until=until).is_over(NOW) == is_over


def test_code_names_nobody(edition):
    code = AccessCode.objects.create(edition=edition, code="SPEAKERS", label="Ada Lovelace")

    assert str(code) == f"code {code.pk} of {edition.pk}"
