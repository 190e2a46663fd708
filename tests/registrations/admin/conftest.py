import pytest
from django.test import Client

from programme.models import StaffRole
from registrations.models import CheckIn
from registrations.services.door import check_in
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, MessageFactory, UserFactory, registered, with_seats


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


@pytest.fixture
def known(edition):
    """A registration about which there is everything to show."""
    session = with_seats(edition, 5, title_en="Morning")
    second = with_seats(edition, 0, title_en="Afternoon")
    registration = registered(edition, sessions=[session, second])
    check_in(registration=registration, by=UserFactory(name="Dora"), source="search", gate="North", at=NOW)
    CheckIn.objects.create(
        registration=registration, session=session, scanned_at=NOW, received_at=NOW, source="qr", direction="exit"
    )
    OutgoingMail.objects.update(state="failed", last_error="550 no such mailbox")
    return registration


@pytest.fixture
def message(edition):
    return MessageFactory(edition=edition)
