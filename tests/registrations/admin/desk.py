"""The desk's pages of registrations, as those who stand behind it use them."""

from django.urls import reverse

from registrations.models import Registration
from tests.registrations.admin.forms import shown

LIST = "/admin/registrations/registration/"
ADD = f"{LIST}add/"


def act(client, name, *registrations, **typed):
    """Choose an action for the ticked rows; with something typed, send its page as well. Return what is shown then."""
    data = {"action": name, "_selected_action": [str(one.pk) for one in registrations]}
    return shown(client.post(LIST, {**data, **typed}, follow=True))


def status_of(registration):
    return Registration.objects.get(pk=registration.pk).status


def change(registration):
    return reverse("admin:registrations_registration_change", args=[registration.pk])


def listed(client, **query):
    """Who is in the list, by address."""
    response = client.get(LIST, query)
    return sorted(registration.attendee.email for registration in response.context["cl"].result_list)
