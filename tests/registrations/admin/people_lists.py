"""Lists of people, uploaded and confirmed."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from registrations.models import Registration
from tests.registrations.admin.forms import fields_of

LIST = "prenom;nom;courriel\nAda;Lovelace;ada@example.org\nGrace;Hopper;grace@example.org\n"

TYPED = {
    "source": "the members of the academy",
    "writes": "on",
    "attendance_mode": "onsite",
    "profile": "other",
    "language": "fr",
}


def address(edition):
    return reverse("admin:programme_edition_import_people", args=[edition.pk])


def upload(client, edition, content=LIST, name="list.csv", **typed):
    data = content.encode() if isinstance(content, str) else content
    return client.post(address(edition), {**TYPED, "file": SimpleUploadedFile(name, data), **typed})


def confirm(client, edition, response, **typed):
    return client.post(address(edition), {**fields_of(response, "confirm_form"), **typed})


def entered():
    """Everybody, as tuples of what their line said."""
    fields = ("given_name", "family_name", "email", "affiliation")
    registrations = Registration.objects.select_related("attendee").order_by("attendee__email")
    return [
        (*(getattr(one.attendee, field) for field in fields), one.mode, one.profile, one.country, one.language)
        for one in registrations
    ]


def lines_left_out(response):
    return [(problem.line, problem.words) for problem in response.context["shown"]["problems"]]
