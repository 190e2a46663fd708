"""What the desk says where Django's own pages say it badly, or by numbers."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from programme.models import Edition, StaffRole
from registrations.models import Registration
from tests.factories import DocumentFactory, EditionFactory, QuestionFactory, SessionFactory, UserFactory, registered
from tests.registrations.admin.forms import change, fields_of, send, shown
from tests.registrations.report_worlds import register_many

FRENCH = {"accept-language": "fr"}


@pytest.mark.parametrize(("second", "clock"), [(0, "14:00"), (7, "14:00:07")])
def test_moment_shows_its_seconds_only_where_it_has_some(organizer, edition, second, clock):
    Edition.objects.update(starts_at=datetime(2027, 5, 20, 12, 0, second, 5, tzinfo=UTC))

    fields = fields_of(organizer.get(change(edition)), "edition_form")

    assert fields["starts_at_1"] == [clock]


def test_moment_that_is_not_known_is_empty(organizer, edition):
    Edition.objects.update(registration_opens_at=None)

    fields = fields_of(organizer.get(change(edition)), "edition_form")

    assert fields["registration_opens_at_1"] == [""]


def test_sessions_and_documents_are_called_by_their_titles(organizer, edition):
    SessionFactory(edition=edition, slug="s-12", title_en="Machines that <doubt>")
    DocumentFactory(edition=edition, title_en="", title_fr="Actes")

    page = shown(organizer.get(change(edition)))

    assert '<span class="inline_label">Machines that &lt;doubt&gt;</span>' in page
    assert '<span class="inline_label">Actes</span>' in page
    assert '<span class="inline_label">Session #2</span>' in page


def test_role_on_the_edition_is_shown_by_name_and_never_turned_into_another(superuser, edition):
    olga = UserFactory(name="Olga", email="olga@example.org")
    role = StaffRole.objects.create(user=olga, edition=edition, role="door")

    page = shown(superuser.get(change(edition)))
    response = send(superuser, change(edition), "edition_form", **{"staff_roles-0-role": "organizer"})

    assert f'<option value="{olga.pk}" selected>Olga (olga@example.org)</option>' in page
    assert str(olga) not in page
    assert response.status_code == 302
    role.refresh_from_db()
    assert (role.role, role.user) == ("door", olga)


@pytest.mark.parametrize("former", [{"is_active": False}, {"is_staff": False}])
def test_edition_is_saved_though_somebody_with_a_role_has_left(superuser, edition, former):
    gone = UserFactory(email="gone@example.org")
    role = StaffRole.objects.create(user=gone, edition=edition, role="door")
    type(gone).objects.filter(pk=gone.pk).update(**former)

    page = shown(superuser.get(change(edition)))
    response = send(superuser, change(edition), "edition_form", title_en="AI and care")

    assert page.count(f'<option value="{gone.pk}" selected>gone@example.org</option>') == 1
    assert response.status_code == 302
    edition.refresh_from_db()
    assert edition.title_en == "AI and care"
    assert list(edition.staff_roles.all()) == [role]


def test_first_page_names_what_one_did_last_once_there_is_something(organizer, edition):
    before = shown(organizer.get(reverse("admin:index")))
    send(organizer, change(edition), "edition_form", title_en="AI and care")

    after = shown(organizer.get(reverse("admin:index")))

    assert ("Recent actions" in before, "Recent actions" in after) == (False, True)
    assert "None available" not in before


@pytest.mark.parametrize("page", ["changelist", "add", "change", "history", "delete"])
def test_way_leads_through_no_app(superuser, page):
    edition = EditionFactory(status="draft")
    ids = [edition.pk] if page in {"change", "history", "delete"} else []

    way = shown(superuser.get(reverse(f"admin:programme_edition_{page}", args=ids)))

    assert reverse("admin:index") in way
    assert 'href="/admin/programme/"' not in way


@pytest.mark.parametrize("page", ["history", "delete"])
def test_page_about_a_record_calls_it_as_its_own_page_does(organizer, edition, page):
    question = QuestionFactory(edition=edition, title_en="Which train?")

    about = shown(organizer.get(reverse(f"admin:programme_question_{page}", args=[question.pk])))

    assert f"<title>Which train? | {page.capitalize()} | Symposium</title>" in about
    assert f'<a href="{reverse("admin:programme_question_change", args=[question.pk])}">Which train?</a>' in about


def test_history_of_a_registration_is_called_by_its_reference(organizer, edition):
    registration = registered(edition)
    address = reverse("admin:registrations_registration_history", args=[registration.pk])

    known = shown(organizer.get(address))
    Registration.objects.update(reference=None)
    erased = shown(organizer.get(address))

    assert f"<title>{registration.reference} | History | Symposium</title>" in known
    assert "<title>History | Symposium</title>" in erased
    assert '/change/">Registration</a>' in erased


def test_history_of_nothing_leads_back(organizer):
    assert organizer.get(reverse("admin:programme_question_history", args=[0])).status_code == 302


def test_django_speaks_french_as_a_person_would(superuser, edition):
    SessionFactory(edition=edition)

    page = shown(superuser.get(change(edition), headers=FRENCH))
    history = shown(superuser.get(reverse("admin:programme_edition_history", args=[edition.pk]), headers=FRENCH))

    assert ("Ajouter\\u00a0: Session" in page, "Ajouter un objet" in page) == (True, False)  # in JSON
    assert "Rien n\u2019a encore été modifié ici." in history


@pytest.mark.parametrize(("people", "words"), [(1, "1 inscription à ce jour"), (2, "2 inscriptions à ce jour")])
def test_dashboard_counts_one_registration_as_one(organizer, edition, people, words):
    register_many(edition, people)

    page = shown(organizer.get(reverse("admin:programme_edition_dashboard", args=[edition.pk]), headers=FRENCH))

    assert words in page


def test_history_names_what_changed_by_labels_in_either_language(organizer, edition):
    registration = registered(edition)
    address = reverse("admin:registrations_registration_change", args=[registration.pk])
    send(organizer, address, "registration_form", family_name="Martin")
    moved = reverse("admin:programme_edition_move_online", args=[edition.pk])
    organizer.post(moved)

    histories = [
        shown(organizer.get(reverse(f"admin:{name}_history", args=[pk]), headers=FRENCH))
        for name, pk in (("registrations_registration", registration.pk), ("programme_edition", edition.pk))
    ]

    told = ["Modifié\u00a0: Nom." in histories[0], "Modifié\u00a0: passée en ligne." in histories[1]]
    assert told == [True, True]


def test_edition_to_add_has_no_button_above_its_fields(superuser, edition):
    added = shown(superuser.get(reverse("admin:programme_edition_add")))
    changed = shown(superuser.get(change(edition)))

    assert [page.count('name="_save"') for page in (added, changed)] == [1, 2]
