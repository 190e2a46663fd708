"""Every address and every action that there is, and what somebody of a role is answered there."""

import re
from contextlib import contextmanager

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection, transaction
from django.urls import URLResolver, get_resolver, reverse

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
LANGUAGE = re.compile(r"^(?:fr|en)/")
GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
# What any form or action that is sent by hand might take for a yes.
YES = {"post": "yes", "apply": "1", "reason": "x", "overtake": "on", "profile": "excel-fr", "email": "new@example.org"}
# Without it the address answers nobody.
QUERIES = {"admin:autocomplete": {"app_label": "programme", "model_name": "appearance", "field_name": "person"}}
NOT_DEEDS = {"django_session", "django_admin_log", "trail_trailentry"}


def routes(resolver=None, namespaces=(), prefix=""):
    """Every address, as its name, or its pattern where it has none, and its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from routes(pattern, inside, path)
        else:
            yield (":".join((*namespaces, pattern.name)) if pattern.name else LANGUAGE.sub("{l}/", path)), path


def actions():
    """Every action of the administration, as the name of its list and its own."""
    for model, model_admin in admin.site._registry.items():
        for name in model_admin._get_base_actions():
            yield f"{model._meta.app_label}_{model._meta.model_name}", name[1]


def url_of(path, world):
    """An address of the pattern, with the things of the world in it."""

    def value(found):
        name = found[1]
        if name == "object_id":
            thing = next((key for key in world.things if key.replace("_", "/") in path), None)
            return str(world.things[thing].pk if thing else 1)
        before = next((key for key in world.words if key in path and key.endswith(f":{name}>")), name)
        return str(world.words.get(before, {"app_label": "programme", "digest": "0" * 64}.get(name, "1")))

    plain = PARAMETER.sub(value, GROUP.sub(value, path))
    return "/" + plain.replace("^", "").replace("$", "").replace("\\", "")


def answer(response):
    """What is compared: a status, or where a redirect leads if that is the login."""
    location = response.headers.get("Location", "")
    if "/account/login/" in location or location.startswith("/admin/login/"):
        return "login"
    return str(response.status_code)


@contextmanager
def undone():
    """Take back whatever happens inside; services that own their transaction may run in it."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


def answers(world, name, path, role):
    """What the role is answered when it opens the address, and when it sends a form there by hand."""
    found = []
    for method, data in (("get", QUERIES.get(name, {})), ("post", YES)):
        with undone():
            found.append(answer(getattr(world.browser(role), method)(url_of(path, world), data)))
    return tuple(found)


def state_of_everything():
    """A digest of all rows that an action could touch, in one statement."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - NOT_DEEDS)
        digests = (
            f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t" for table in tables
        )
        cursor.execute(" UNION ALL ".join(digests))
        return cursor.fetchall()


def is_done(world, name, action, role):
    """Whether the action, sent by hand for everything of its kind, changes or hands out anything."""
    thing = world.things[name]
    keys = [one.pk for one in world.registrations] if name == "registrations_registration" else [thing.pk]
    with undone():
        client = world.browser(role)
        before = state_of_everything()
        response = client.post(
            reverse(f"admin:{name}_changelist"), {"action": action, ACTION_CHECKBOX_NAME: keys, **YES}
        )
        return holds_rows(response) or state_of_everything() != before


def holds_rows(response):
    """Whether it is a file with more than a heading."""
    is_file = "attachment" in response.headers.get("Content-Disposition", "")
    return is_file and len(b"".join(response).splitlines()) > 1
