import pytest
from django.test import Client

from programme.models import StaffRole
from tests.factories import NOW, UserFactory


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


def logged_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.user = user
    return client


def staff(edition, role):
    user = UserFactory()
    StaffRole.objects.create(user=user, edition=edition, role=role)
    return logged_in(user)


@pytest.fixture
def organizer(edition):
    """A browser in which an organizer of ``edition`` is logged in, in English."""
    return staff(edition, "organizer")


@pytest.fixture
def superuser(db):
    return logged_in(UserFactory(is_superuser=True))


@pytest.fixture
def saved(django_capture_on_commit_callbacks):
    """Run what waits for the commit, as after every request outside a test."""

    def run(request):
        with django_capture_on_commit_callbacks(execute=True):
            return request()

    return run
