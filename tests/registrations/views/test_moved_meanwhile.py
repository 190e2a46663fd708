"""Somebody sends a form about a seat on site while the edition is moved online: the form read it, the seat is gone."""

import pytest

from programme.models import Edition
from registrations.models import Registration, VisaLetter
from registrations.services import seats
from tests.factories import NOW
from tests.races import sent_while
from tests.registrations.views.test_group import person
from tests.registrations.views.test_page import form_of, registered, url
from tests.registrations.views.test_register import ANSWERS, nonce_of

pytestmark = pytest.mark.django_db(transaction=True)
GONE = "This way to attend is no longer offered."


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


def sent_while_the_pool_goes(edition, address, data):
    def hold():
        pools = seats.lock_pools(edition).values()
        return next(pool for pool in pools if pool.mode == "onsite").delete

    return sent_while(hold, address, data)


def test_form_to_register_is_refused_in_words(client, edition):
    address = f"/en/{edition.slug}/register/"
    nonce = nonce_of(client.get(address))

    response = sent_while_the_pool_goes(edition, address, ANSWERS | {"nonce": nonce})

    assert response.status_code == 422
    assert GONE in response.content.decode()
    assert Registration.objects.count() == 0


def test_form_of_a_group_is_refused_in_words(client, edition):
    Edition.objects.update(largest_group=2)
    address = f"/en/{edition.slug}/register/group/"
    form = {"attendance_mode": "onsite", **person(1), **person(2), "nonce": nonce_of(client.get(address))}

    response = sent_while_the_pool_goes(edition, address, form)

    assert (response.status_code, Registration.objects.count()) == (422, 0)
    assert GONE in response.content.decode()


def test_form_to_change_is_refused_in_words(edition):
    registration = registered(edition, mode="online")

    response = sent_while_the_pool_goes(
        edition, url(registration, "edit/"), form_of(registration, attendance_mode="onsite")
    )

    assert response.status_code == 422
    assert GONE in response.content.decode()
    registration.refresh_from_db()
    assert (registration.mode, registration.status) == ("online", "confirmed")


def test_letter_for_a_visa_is_not_asked_for_by_who_stays_at_home(edition):
    Edition.objects.update(offers_visa_letters=True)
    registration = registered(edition)

    def hold():
        found = Registration.objects.select_for_update().get()
        found.mode = "online"
        return found.save

    response = sent_while(hold, url(registration, "invitation/"), {"passport_name": "Ada EXAMPLE", "nationality": "SN"})

    assert (response.status_code, response.url) == (303, url(registration))
    assert VisaLetter.objects.count() == 0
