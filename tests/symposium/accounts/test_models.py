import pytest
from django.db import IntegrityError, transaction

from symposium.accounts.models import User


def test_superuser_may_everything_and_logs_in_by_an_address_in_any_case(db):
    user = User.objects.create_superuser(" Admin@Example.org ", "a-long-password")

    assert (user.email, user.is_staff, user.is_superuser) == ("admin@example.org", True, True)
    assert user.check_password("a-long-password")
    assert User.objects.get_by_natural_key("ADMIN@example.ORG") == user


def test_an_address_has_one_account_whatever_its_case(db):
    User.objects.create_user("one@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="ONE@example.org").save()
