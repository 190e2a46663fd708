"""What a form tells those who hear it, and the browser that fills it in."""

import re
from html.parser import HTMLParser

import pytest

from tests.factories import with_seats
from tests.registrations.views.test_page import at_now, form_of, registered, url  # noqa: F401

TOKENS = {
    "email": "email",
    "given_name": "given-name",
    "family_name": "family-name",
    "affiliation": "organization",
    "country": "country",
}


class Reader(HTMLParser):
    """Notes where the summary leads, which ids there are, and which of them describe something."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.ids, self.described, self.tokens = [], set(), {}, {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids.add(found.get("id"))
        if tag == "a" and found.get("href", "").startswith("#") and found.get("class") != "skip":
            self.targets.append(found["href"].removeprefix("#"))
        if found.get("aria-describedby"):
            self.described[found.get("id") or tag] = found["aria-describedby"]
        if found.get("autocomplete"):
            self.tokens[found["name"]] = found["autocomplete"]


def title_of(response):
    return re.search(r"<title>(.*?)</title>", response.content.decode(), re.S)[1].strip()


@pytest.mark.parametrize(("language", "word"), [("en", "Error: "), ("fr", "Erreur\u00a0: ")])
def test_title_names_what_went_wrong(client, edition, language, word):
    own = registered(edition)
    forms = [f"/{language}/{edition.slug}/register/", f"/{language}/ticket/", url(own, "edit/", language)]

    for address in forms:
        fresh, refused = client.get(address), client.post(address, {"email": "nobody"})
        assert (fresh.status_code, refused.status_code) == (200, 422)
        assert title_of(refused) == word + title_of(fresh)


def test_browser_knows_what_to_fill_in(client, edition):
    form = Reader(client.get(f"/en/{edition.slug}/register/").content.decode())
    change = Reader(client.get(url(registered(edition), "edit/")).content.decode())
    lost = Reader(client.get("/en/ticket/").content.decode())

    assert form.tokens == TOKENS | {"website": "off"}  # the trap, which browsers leave alone
    assert change.tokens == {name: token for name, token in TOKENS.items() if name != "email"}
    assert lost.tokens == {"email": "email"}


def test_summary_leads_to_fields_that_say_their_error(client, edition):
    page = Reader(client.post(f"/en/{edition.slug}/register/", {"country": "??"}).content.decode())

    assert page.targets == ["email", "family_name", "country", "profile", "mode-onsite"]
    assert [page.described[target] for target in page.targets] == [
        "e-email",
        "e-family_name",
        "e-country",
        "e-profile",
        "e-attendance_mode",
    ]
    assert set(page.described.values()) <= page.ids


def test_full_session_says_its_error_beside_the_sessions(client, edition):
    session = with_seats(edition, 0, slug="small")
    own = registered(edition)

    page = Reader(client.post(url(own, "edit/"), form_of(own, sessions=[session.slug])).content.decode())

    assert page.targets == ["sessions-1"]
    assert page.described == {"fieldset": "e-sessions"}
    assert "e-sessions" in page.ids
