"""People, organisations, figures and roles in the administration."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programme.models import Figure, Person, StaffRole
from programme.services.sign_off import AlreadySignedOff, sign_off
from tests.factories import (
    NOW,
    AppearanceFactory,
    EditionFactory,
    FigureFactory,
    OrganisationFactory,
    PartnershipFactory,
    PersonFactory,
    UserFactory,
)


def logged_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.user = user
    return client


@pytest.fixture
def organizer(edition):
    user = UserFactory(name="Olga Organisatrice")
    StaffRole.objects.create(user=user, edition=edition, role="organizer")
    return logged_in(user)


@pytest.fixture
def superuser(db):
    return logged_in(UserFactory(is_superuser=True))


def shown(response):
    return response.content.decode()


def test_person_is_added_with_both_languages(organizer, edition):
    typed = {"given_name": "Anne", "family_name": "Exemple", "slug": "anne", "website": "example.org/anne"}
    typed |= {"affiliation_fr": "Hôpital", "affiliation_en": "Hospital"}

    response = organizer.post("/admin/programme/person/add/", typed)

    person = Person.objects.get()
    assert response.status_code == 302
    assert (person.affiliation_fr, person.affiliation_en) == ("Hôpital", "Hospital")
    assert person.website == "https://example.org/anne"


def test_people_are_searched_and_say_their_editions(organizer, edition):
    AppearanceFactory(session=None, edition=edition, person=PersonFactory(family_name="Modèle"))
    PersonFactory(family_name="Autre")

    page = shown(organizer.get("/admin/programme/person/?q=Modèle"))

    assert "Claire Modèle" in page
    assert edition.slug in page
    assert "Autre" not in page


def test_person_is_found_by_the_field_that_completes(organizer, edition):
    PersonFactory(family_name="Modèle")
    query = {"term": "mod", "app_label": "programme", "model_name": "appearance", "field_name": "person"}

    response = organizer.get("/admin/autocomplete/", query)

    assert [found["text"] for found in response.json()["results"]] == ["Claire Modèle"]


def test_organisations_say_their_editions(organizer, edition):
    PartnershipFactory(edition=edition, organisation=OrganisationFactory(name_en="Institute of Examples"))

    page = shown(organizer.get("/admin/programme/organisation/?q=Examples"))

    assert "Institute of Examples" in page
    assert edition.slug in page


@pytest.mark.parametrize("model", ["person", "organisation", "figure"])
def test_three_rows_cost_as_much_as_one(organizer, edition, django_assert_num_queries, model):
    def add_one():
        other = EditionFactory()
        StaffRole.objects.create(user=organizer.user, edition=other, role="organizer")
        AppearanceFactory(session=None, edition=other)
        PartnershipFactory(edition=other)
        FigureFactory(edition=other, signed_off_by=organizer.user)

    add_one()
    with CaptureQueriesContext(connection) as one:
        organizer.get(f"/admin/programme/{model}/")
    add_one()
    add_one()

    with django_assert_num_queries(len(one)):
        organizer.get(f"/admin/programme/{model}/")


# Figures


def figure_url(figure, page="change"):
    return reverse(f"admin:programme_figure_{page}", args=[figure.pk])


def test_figure_says_its_number_and_its_source(organizer, edition):
    FigureFactory(edition=edition, value=600, is_approximate=True)
    FigureFactory(edition=edition, value=420, measure="present")

    page = shown(organizer.get("/admin/programme/figure/"))

    expected = ["nearly 600", ">420<", "press release of 21 October 2022", "declared"]
    assert [words for words in expected if words not in page] == []


def test_figure_is_added_to_ones_own_edition_only(organizer, edition):
    other = EditionFactory()
    typed = {"value": "600", "measure": "present", "mode": "all", "source": "declared", "source_label_fr": "communiqué"}
    typed |= {"stated_date": "2027-01-02", "is_approximate": "on"}

    refused = organizer.post("/admin/programme/figure/add/", {**typed, "edition": other.pk})
    added = organizer.post("/admin/programme/figure/add/", {**typed, "edition": edition.pk})

    assert list(refused.context["adminform"].form.errors) == ["edition"]
    assert added.status_code == 302
    assert Figure.objects.values_list("edition", "value").get() == (edition.pk, 600)


@pytest.mark.parametrize(
    ("typed", "field"), [({"source": "declared"}, "source_label_fr"), ({"source": "counted"}, "is_approximate")]
)
def test_figure_that_contradicts_its_source_is_a_form_error(organizer, edition, typed, field):
    ordinary = {"edition": edition.pk, "value": "600", "measure": "present", "mode": "all", "is_approximate": "on"}

    response = organizer.post("/admin/programme/figure/add/", {**ordinary, "stated_date": "2027-01-02", **typed})

    assert field in response.context["adminform"].form.errors
    assert Figure.objects.count() == 0


def test_figures_are_signed_off_once_and_then_stand(organizer, edition, time_machine):
    time_machine.move_to(NOW, tick=False)
    figure = FigureFactory(edition=edition)
    data = {"action": "sign_off_figures", "_selected_action": figure.pk}
    assert 'name="_save"' in shown(organizer.get(figure_url(figure)))

    first = shown(organizer.post("/admin/programme/figure/", data, follow=True))
    second = shown(organizer.post("/admin/programme/figure/", data, follow=True))

    figure.refresh_from_db()
    assert "1 figure was signed off." in first
    assert "0 figures were signed off." in second
    assert (figure.signed_off_by, figure.signed_off_at) == (organizer.user, NOW)
    page = shown(organizer.get(figure_url(figure)))
    assert "Olga Organisatrice" in page
    assert 'name="_save"' not in page
    assert organizer.post(figure_url(figure), {"value": "1"}).status_code == 403
    assert organizer.post(figure_url(figure, "delete"), {"post": "yes"}).status_code == 403


def test_figure_not_signed_off_is_deleted_by_itself_alone(organizer, edition):
    figure = FigureFactory(edition=edition)

    assert "delete_selected" not in shown(organizer.get("/admin/programme/figure/"))
    assert organizer.post(figure_url(figure, "delete"), {"post": "yes"}).status_code == 302
    assert Figure.objects.count() == 0


def test_signing_off_twice_keeps_the_first_name(edition, organizer):
    figure, other = FigureFactory(edition=edition), UserFactory()
    sign_off(figure=figure, by=organizer.user, at=NOW)

    with pytest.raises(AlreadySignedOff):
        sign_off(figure=figure, by=other, at=NOW)

    figure.refresh_from_db()
    assert figure.signed_off_by == organizer.user


# Roles and accounts


def test_superuser_gives_a_role(superuser, edition):
    member = UserFactory(email="olga@example.org")

    superuser.post("/admin/programme/staffrole/add/", {"user": member.pk, "edition": edition.pk, "role": "door"})

    assert StaffRole.objects.values_list("user", "role").get() == (member.pk, "door")
    assert "olga@example.org" in shown(superuser.get("/admin/programme/staffrole/"))


@pytest.mark.parametrize("page", ["programme/staffrole", "accounts/user"])
def test_organizer_touches_neither_roles_nor_accounts(organizer, edition, page):
    own = StaffRole.objects.get().pk if page == "programme/staffrole" else organizer.user.pk

    pages = [f"/admin/{page}/", f"/admin/{page}/add/", f"/admin/{page}/{own}/change/", f"/admin/{page}/{own}/delete/"]

    assert {organizer.get(url).status_code for url in pages} == {403}
    assert {organizer.post(url, {"role": "organizer"}).status_code for url in pages} == {403}
