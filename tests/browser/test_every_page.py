"""Every page in both languages, light and dark, narrow, large and spaced out: nobody is kept out."""

from itertools import product
from types import SimpleNamespace

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser import acts, every_state, pages
from tests.browser.inspections import DESK, bring_axe, inspect

LOCALES = {"fr": "fr-FR", "en": "en-GB"}
# No style depends on the language and no rule on the scheme but those of colour: each page is seen by every rule in both
# languages, and in both schemes; those that most people open, in both schemes in each language.
SCHEMES = {"fr": "light", "en": "dark"}
BOTH = ("fr", "en")
# A table in all languages one after the other, in one world; at the door a ticket is valid once.
WALKS = {
    "public": (pages.PUBLIC, BOTH),
    "their own": (pages.THEIR_OWN, BOTH),
    "accounts": (pages.ACCOUNTS, BOTH),
    "door, fr": (pages.DOOR, ["fr"]),
    "door, en": (pages.DOOR, ["en"]),
    "administration": (pages.ADMIN, BOTH),
}


@pytest.fixture
def visitor_of(visit):
    """Open the door to a visitor of the world, signed in where they have an account."""

    def open_for(user, language):
        visitor = visit(
            locale=LOCALES[language],
            viewport=DESK,
            bypass_csp=True,
            color_scheme=SCHEMES[language],
            # Or a colour on its way from light to dark would be taken for the colour.
            reduced_motion="reduce",
        )
        bring_axe(visitor.page)
        if user is not None:
            visitor.page.context.add_cookies([{"url": visitor.origin, **session_of(user)}])
        return visitor

    return open_for


def session_of(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    # As after a login of just now, or what changes the account would first ask for another.
    record_authentication(SimpleNamespace(session=session), user, method="code", reauthenticated=True)
    session.save()
    return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key}


@pytest.mark.parametrize(("table", "languages"), WALKS.values(), ids=WALKS)
def test_everybody_is_let_in(transactional_db, visitor_of, table, languages):
    world = every_state.build(timezone.now())
    visitors, wrong = {}, []

    for language, stop in product(languages, table):
        who = (language, stop.who)
        if who not in visitors:
            visitors[who] = visitor_of(getattr(world, stop.who, None), language)
        page = visitors[who].page
        visitors[who].open(pages.address(stop, world, language))
        if stop.act:
            stop.act(page, world)
        expect(page.locator(stop.sign).first, stop.name).to_be_visible()
        wrong += [f"{language}, {stop.name}: {one}" for one in inspect(page, SCHEMES[language], stop.in_both)]

    assert wrong == [], "\n".join(wrong)


def test_site_without_editions_lets_everybody_in(transactional_db, visitor_of):
    wrong = []

    for language in BOTH:
        visitor = visitor_of(None, language)
        for path in ("", "sitemap/", "account/login/"):
            visitor.open(f"/{language}/{path}")
            wrong += inspect(visitor.page, SCHEMES[language])

    assert wrong == [], "\n".join(wrong)


def test_states_are_told_in_the_colours_of_the_reader(transactional_db, visitor_of):
    """Forced colours take ours away: what is left are borders, icons and words."""
    world = every_state.build(timezone.now())
    visitor = visitor_of(world.helper, "en")
    page = visitor.page
    page.emulate_media(forced_colors="active")

    visitor.open(f"/en/registrations/{world.registrations['confirmed'].page_token}/")
    tag = page.locator(".tick .tag")
    assert (border_of(tag.locator("xpath=ancestor::section")), border_of(page.locator("main .btn").first)) == (
        "solid",
        "solid",
    )
    assert (tag.locator("svg").count(), tag.inner_text().strip()) == (1, "Registration confirmed")
    visitor.open(f"/checkin/{world.coming.slug}/")
    acts.scan(page, world, "confirmed")
    answer = page.locator("[data-state=ok]")

    assert (border_of(answer), answer.locator("strong").inner_text(), answer.locator("svg").count()) == (
        "solid",
        "Valid",
        1,
    )


def border_of(locator):
    return locator.evaluate("element => getComputedStyle(element).borderTopStyle")
