"""Who sees what: by role and edition, in the query and not in a link."""

import pytest
from django.urls import reverse

from programme.models import Figure, StaffRole
from registrations.models import CheckIn, Export
from symposium.outbox.models import OutgoingMail
from tests.factories import (
    NOW,
    DocumentFactory,
    EditionFactory,
    FigureFactory,
    OrganisationFactory,
    PartnershipFactory,
    PersonFactory,
    SeatPoolFactory,
    UserFactory,
    registered,
)
from tests.registrations.admin.conftest import logged_in, staff
from tests.registrations.admin.forms import shown

LISTS = (
    "programme_edition",
    "registrations_registration",
    "registrations_checkin",
    "registrations_export",
    "outbox_outgoingmail",
    "programme_person",
    "programme_organisation",
    "programme_figure",
    "programme_staffrole",
    "accounts_user",
)
OF_ORGANIZERS = set(LISTS) - {"programme_staffrole", "accounts_user"}
OF_ROLE = {
    "organizer": OF_ORGANIZERS,
    "exporter": {"registrations_registration"},
    "door": set(),
    "reader": set(),
    "needs": set(),
}


def opened(client, names=LISTS, page="changelist"):
    return {name for name in names if client.get(reverse(f"admin:{name}_{page}")).status_code == 200}


@pytest.mark.parametrize("role", StaffRole.Role.values)
def test_each_role_opens_its_lists_and_no_others(edition, role):
    client = staff(edition, role)

    assert opened(client) == OF_ROLE[role]


def test_superuser_opens_every_list(superuser, edition):
    registered(edition)

    assert opened(superuser) == set(LISTS)


@pytest.mark.parametrize("fields", [{"is_staff": False}, {"is_active": False}])
def test_whoever_is_no_member_of_staff_opens_nothing(edition, fields):
    client = staff(edition, "organizer")
    for name, value in fields.items():
        setattr(client.user, name, value)
    client.user.save()

    assert opened(client) == set()
    assert client.get("/admin/").status_code == 302


def test_anonymous_is_sent_to_the_login_of_everybody(client, db):
    response = client.get("/admin/", follow=True)

    assert "/account/login/" in response.redirect_chain[-1][0]


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("organizer", ["Editions", "Registrations", "Check-ins", "People", "Figures", "Outgoing mail"]),
        ("exporter", ["Registrations"]),
        ("door", ["You have no role in an edition that needs these pages."]),
    ],
)
def test_contents_name_what_the_role_may_open(edition, role, words):
    page = shown(staff(edition, role).get("/admin/"))

    assert [word for word in words if word not in page] == []
    assert "Users" not in page
    assert ("Editions" in page) == (role == "organizer")


def test_contents_of_one_app_are_those_of_django(superuser, db):
    assert "Users" in shown(superuser.get("/admin/accounts/"))


def test_language_changes_by_post_and_stays(organizer, edition):
    assert organizer.get("/admin/language/?language=fr&next=/admin/").status_code == 302
    assert "language" not in organizer.cookies

    response = organizer.post("/admin/language/", {"language": "fr", "next": "/admin/"})

    assert response["Location"] == "/admin/"
    assert '<html lang="fr"' in shown(organizer.get("/admin/"))


def test_language_switch_leads_to_no_other_host(organizer, edition):
    response = organizer.post("/admin/language/", {"language": "fr", "next": "https://example.com/"})

    assert response["Location"] == "/"


@pytest.fixture
def other(edition):
    """An edition of somebody else, with one of everything."""
    other = EditionFactory(slug="elsewhere", status="draft")
    pool = SeatPoolFactory(edition=other, mode="onsite")
    other.status = "published"
    other.save()
    registration = registered(other, "stranger@example.org")
    other.registration, other.pool = registration, pool
    other.scan = CheckIn.objects.create(registration=registration, scanned_at=NOW, received_at=NOW, source="qr")
    other.mail = OutgoingMail.objects.get()
    other.figure = FigureFactory(edition=other)
    other.export = Export.objects.create(edition=other, profile="machine", rows=1, exported_at=NOW)
    return other


def test_organizer_sees_only_their_editions(organizer, edition, other):
    mine = registered(edition, "mine@example.org")
    lists = {
        name: shown(organizer.get(reverse(f"admin:{name}_changelist")))
        for name in OF_ORGANIZERS - {"programme_person", "programme_organisation"}
    }

    assert "mine@example.org" in lists["registrations_registration"]
    assert str(mine.pk) in lists["outbox_outgoingmail"]
    # The edition is offered by its own name only: not in a filter, not in a list.
    assert [name for name, page in lists.items() if "elsewhere" in page or "stranger@" in page] == []
    assert str(other.registration.pk) not in lists["outbox_outgoingmail"]
    assert other.registration.reference not in lists["registrations_checkin"]


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("programme_edition", "pk"),
        ("registrations_registration", "registration"),
        ("registrations_checkin", "scan"),
        ("registrations_export", "export"),
        ("outbox_outgoingmail", "mail"),
        ("programme_figure", "figure"),
    ],
)
@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_organizer_opens_nothing_of_another_edition(organizer, other, name, thing, page):
    key = other.pk if thing == "pk" else getattr(other, thing).pk

    response = organizer.get(reverse(f"admin:{name}_{page}", args=[key]))

    # Django sends a stranger to the index with « perhaps it was deleted », or refuses.
    assert response.status_code in {302, 403, 404}


def test_hand_made_action_on_another_edition_changes_nothing(organizer, edition, other):
    other_registration = other.registration
    data = {"action": "cancel_registrations", "_selected_action": other_registration.pk, "apply": "1", "reason": ""}

    organizer.post(reverse("admin:registrations_registration_changelist"), data)

    other_registration.refresh_from_db()
    assert other_registration.status == "confirmed"


def test_exporter_lists_and_opens_no_registration(edition):
    client = staff(edition, "exporter")
    registration = registered(edition)
    change = reverse("admin:registrations_registration_change", args=[registration.pk])

    page = shown(client.get(reverse("admin:registrations_registration_changelist")))

    assert "ada@example.org" in page
    assert change not in page
    assert "cancel_registrations" not in page
    assert "export_attendance" in page
    assert client.get(change).status_code == 403
    assert client.get(reverse("admin:registrations_registration_add")).status_code == 403
    assert client.get(reverse("admin:registrations_registration_history", args=[registration.pk])).status_code == 403


def test_exporter_of_one_edition_decides_nothing_there(edition):
    """Who organizes one edition and exports in another has both in the list."""
    client = staff(edition, "organizer")
    second = EditionFactory(slug="second")
    SeatPoolFactory(edition=second, mode="onsite")
    StaffRole.objects.create(user=client.user, edition=second, role="exporter")
    theirs = registered(second)
    data = {"action": "cancel_registrations", "_selected_action": theirs.pk, "apply": "1", "reason": "x"}

    page = shown(client.post(reverse("admin:registrations_registration_changelist"), data, follow=True))

    theirs.refresh_from_db()
    assert theirs.status == "confirmed"
    assert "You organize none of the editions of these registrations." in page
    assert client.get(reverse("admin:registrations_registration_change", args=[theirs.pk])).status_code == 403


def test_nobody_deletes_registrations_or_scans(superuser, edition):
    registration = registered(edition)
    scan = CheckIn.objects.create(registration=registration, scanned_at=NOW, received_at=NOW, source="qr")

    for name, key in (("registrations_registration", registration.pk), ("registrations_checkin", scan.pk)):
        assert superuser.post(reverse(f"admin:{name}_delete", args=[key]), {"post": "yes"}).status_code == 403
        assert "delete_selected" not in shown(superuser.get(reverse(f"admin:{name}_changelist")))
    assert superuser.get(reverse("admin:registrations_checkin_add")).status_code == 403


def test_only_a_superuser_deletes_an_edition_and_only_a_draft(organizer, superuser, edition):
    draft = EditionFactory(status="draft")
    StaffRole.objects.create(user=organizer.user, edition=draft, role="organizer")
    delete = [reverse("admin:programme_edition_delete", args=[one.pk]) for one in (draft, edition)]

    assert organizer.post(delete[0], {"post": "yes"}).status_code == 403
    assert superuser.post(delete[1], {"post": "yes"}).status_code == 403
    assert superuser.post(delete[0], {"post": "yes"}).status_code == 302


def test_people_and_organisations_of_others_are_seen_and_not_changed(organizer, edition):
    elsewhere = EditionFactory()
    theirs, ours = PartnershipFactory(edition=elsewhere).organisation, PartnershipFactory(edition=edition).organisation
    unused, person = OrganisationFactory(), PersonFactory()

    def may_change(thing, name="programme_organisation"):
        response = organizer.get(reverse(f"admin:{name}_change", args=[thing.pk]))
        assert response.status_code == 200
        return 'name="_save"' in shown(response)

    assert [may_change(thing) for thing in (theirs, ours, unused)] == [False, True, True]
    assert may_change(person, "programme_person")


def test_what_appears_somewhere_is_not_deleted(organizer, edition):
    used, unused = PartnershipFactory(edition=edition).organisation, OrganisationFactory()

    def delete(thing):
        return organizer.post(reverse("admin:programme_organisation_delete", args=[thing.pk]), {"post": "yes"})

    assert (delete(used).status_code, delete(unused).status_code) == (403, 302)


def test_other_roles_change_no_person_by_hand(edition):
    client = staff(edition, "reader")
    person = PersonFactory()

    assert client.get(reverse("admin:programme_person_change", args=[person.pk])).status_code in {302, 403}
    assert client.post(reverse("admin:programme_person_change", args=[person.pk]), {}).status_code in {302, 403}


def test_organizer_gives_no_role(organizer, edition):
    page = shown(organizer.get(reverse("admin:programme_edition_change", args=[edition.pk])))

    assert "staff_roles-" not in page


def test_superuser_gives_roles_on_the_edition(superuser, edition):
    member = UserFactory(name="Olga", email="olga@example.org")
    DocumentFactory(edition=edition)

    page = shown(superuser.get(reverse("admin:programme_edition_change", args=[edition.pk])))

    assert f'<option value="{member.pk}">Olga (olga@example.org)</option>' in page


def test_rights_in_tables_of_django_give_nothing(edition, django_user_model):
    from django.contrib.auth.models import Permission  # noqa: PLC0415  nothing else in the project uses it

    client = logged_in(UserFactory())
    client.user.user_permissions.set(Permission.objects.all())

    assert opened(client) == set()
    assert Figure.objects.count() == 0
