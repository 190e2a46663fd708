"""Every address and every action of the administration, as every role: what is answered is what the table says."""

import logging

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.urls import URLResolver, get_resolver, path
from django.urls.resolvers import RegexPattern

from registrations.models import Export
from tests.roles import walk
from tests.roles.table import ACTIONS, LINES
from tests.roles.world import DAY, ROLES, make_world

BY_ROUTE = {name: line for line in LINES for name in line.routes}


@pytest.fixture
def world(db, time_machine):
    made = make_world()
    time_machine.move_to(DAY, tick=False)
    made.sign_everybody_in()
    logging.disable(logging.CRITICAL)  # a refusal is logged, and there are hundreds
    yield made
    logging.disable(logging.NOTSET)


def without_a_line(routes):
    return sorted({name for name, _path in routes} - BY_ROUTE.keys())


def wrong_answers(world, role, routes):
    """The addresses that answer otherwise than the table says: as name, expected, answered."""
    wrong = []
    for name, pattern in routes:
        line = BY_ROUTE[name]
        expected, found = (line.get[role], line.post[role]), walk.answers(world, name, pattern, role)
        if found != expected:
            wrong.append((name, expected, found))
    return wrong


def test_every_address_has_a_line_and_every_line_its_address():
    assert without_a_line(walk.routes()) == []
    assert sorted(BY_ROUTE.keys() - {name for name, _path in walk.routes()}) == []
    assert len(BY_ROUTE) == sum(len(line.routes) for line in LINES)


def test_every_action_has_a_line_and_every_line_its_action():
    assert sorted(ACTIONS) == sorted(set(walk.actions()))


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_the_role_as_the_table_says(world, role):
    assert wrong_answers(world, role, walk.routes()) == []


@pytest.mark.parametrize("role", ROLES)
def test_every_action_obeys_those_alone_whom_the_table_names(world, role):
    done = {(name, action) for name, action in ACTIONS if walk.is_done(world, name, action, role)}

    assert done == {deed for deed, roles in ACTIONS.items() if role in roles}


# Negative controls: what the matrix is there to notice.


def test_a_new_address_without_a_line_is_noticed():
    def view(request):
        return HttpResponse()

    new = URLResolver(
        RegexPattern(r"^/"), [*get_resolver().url_patterns, path("new/", view, name="new"), path("other/", view)]
    )

    assert set(without_a_line(walk.routes(new))) - set(without_a_line(walk.routes())) == {"new", "other/"}


def test_a_page_that_opens_to_a_wrong_role_is_noticed(world, monkeypatch):
    monkeypatch.setattr(type(admin.site._registry[Export]), "has_view_permission", lambda *_arguments: True)
    routes = [(name, pattern) for name, pattern in walk.routes() if name == "admin:registrations_export_changelist"]

    assert wrong_answers(world, "door", routes) == [
        ("admin:registrations_export_changelist", ("403", "403"), ("200", "200"))
    ]


def test_an_action_that_obeys_a_wrong_role_is_noticed(world, monkeypatch):
    page = type(admin.site._registry[Export]).__mro__[0]
    monkeypatch.setattr(page, "has_delete_permission", lambda *_arguments: True)
    monkeypatch.setattr(page, "has_view_permission", lambda *_arguments: True)
    monkeypatch.setattr(page, "get_queryset", lambda self, request: Export.objects.all())

    assert walk.is_done(world, "registrations_export", "delete_selected", "reader")
