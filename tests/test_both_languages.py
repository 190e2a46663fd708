"""Texts in the language they are said to be in, and French set as a printer sets it: on every page and in every mail."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import translation

from programme.models import Edition
from registrations.models import Registration
from symposium.outbox.delivery import deliver_due
from tests.factories import (
    NOW,
    AppearanceFactory,
    DocumentFactory,
    EditionFactory,
    FigureFactory,
    OrganisationFactory,
    PartnershipFactory,
    PersonFactory,
    SeatPoolFactory,
    SessionFactory,
)
from tests.reading import passages, words
from tests.registrations.views.test_page import registered

# In each language as somebody types it: straight apostrophes, ordinary spaces.
TYPED = {
    "fr": "L'avis : « oui » ; qu'en dire ? A 14 h 15, 12 000 personnes !",
    "en": "The doctor's view: is it so?",
}
PRINTED = {
    "fr": "L\u2019avis\u00a0: «\u202foui\u202f»\u202f; qu\u2019en dire\u202f? A 14\u00a0h\u00a015, 12\u202f000 personnes\u202f!",
    "en": "The doctor\u2019s view: is it so?",
}
PLAIN = re.compile(
    r"«[ \u00a0]|[ \u00a0]»| [;!?](?!\w)|(?<=\w) :(?=\s|$)|(?<=[^\W\d_])'(?=[^\W\d_])|\d h \d|\d \d{3}\b"
)
PAGES = [
    "/{l}/",
    "/{l}/{e}/",
    "/{l}/{e}/programme/",
    "/{l}/{e}/programme/embed/",
    "/{l}/{e}/sessions/one/",
    "/{l}/{e}/register/",
    "/{l}/people/ada/",
    "/{l}/sitemap/",
    "/{l}/privacy/",
    "/{l}/accessibility/",
    "/{l}/legal/",
    "/{l}/ticket/",
    "/{l}/ticket/sent/",
    "/{l}/account/login/",
    "/{l}/account/signup/",
    "/{l}/account/password/reset/",
    "/{l}/registrations/{t}/",
    "/{l}/registrations/{t}/edit/",
    "/{l}/registrations/{t}/cancel/",
    "/{l}/registrations/{t}/erase/",
    "/{l}/nowhere/",
]


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


def only(language, *names):
    """Every text in one language, none in the other."""
    other = "en" if language == "fr" else "fr"
    return {f"{name}_{code}": text for name in names for code, text in ((language, TYPED[language]), (other, ""))}


def world(language):
    """An edition that has everything, in one language alone, and somebody registered."""
    edition = EditionFactory(
        slug="one",
        contact_email="contact@example.org",
        **only(language, "title", "lead", "venue", "address", "city", "access_information"),
    )
    SeatPoolFactory(edition=edition, mode="onsite", capacity=10)
    SeatPoolFactory(edition=edition, mode="online", capacity=None)
    sessions = [
        SessionFactory(
            edition=edition,
            slug=slug,
            starts_at=edition.starts_at,
            ends_at=edition.ends_at,
            **only(language, "title", "summary", "room", "note"),
        )
        for slug in ("one", "two")
    ]
    for session in sessions:
        SeatPoolFactory(edition=edition, session=session, mode="", capacity=None)
    ada = PersonFactory(slug="ada", **only(language, "affiliation", "biography"))
    AppearanceFactory(session=sessions[0], person=ada)
    AppearanceFactory(session=sessions[0], role="moderator", **only(language, "affiliation"))
    for role in ("organizer", "partner"):
        organisation = OrganisationFactory(**only(language, "name", "about"))
        PartnershipFactory(edition=edition, organisation=organisation, role=role)
    DocumentFactory(edition=edition, **only(language, "title"))
    past = EditionFactory(slug="past", starts_at=NOW.replace(year=2022), ends_at=NOW.replace(year=2022, hour=18))
    FigureFactory(edition=past, value=12000, **only(language, "source_label"))
    return registered(edition, sessions=tuple(sessions))


def page(client, path, language, registration):
    response = client.get(path.format(l=language, e="one", t=registration.page_token))
    assert response.status_code in {200, 404}
    return response.content.decode()


def is_of(text, language):
    """Whether a passage holds one of the world's texts in a language, however it is set."""
    return ("avis" if language == "fr" else "doctor") in text


@pytest.mark.parametrize(("shown", "written"), [("fr", "en"), ("en", "fr")])
def test_every_page_says_which_passages_are_in_the_other_language(client, db, shown, written):
    registration = world(written)

    found = {path: passages(page(client, path, shown, registration)) for path in PAGES}

    foreign = [(path, text, code) for path in PAGES for text, code in found[path] if is_of(text, written)]
    assert [one for one in foreign if one[2] != written] == []
    assert {path for path, _text, _code in foreign} >= set(PAGES[:7]) | {PAGES[16]}
    assert [(path, text) for path in PAGES for text, code in found[path] if code not in {"fr", "en"}] == []


@pytest.mark.parametrize(("shown", "written"), [("fr", "en"), ("en", "fr")])
def test_every_mail_says_which_passages_are_in_the_other_language(db, shown, written):
    world(written)
    Registration.objects.update(language=shown)

    deliver_due(clock=lambda: NOW)

    [message] = mail.outbox
    found = [(text, code) for text, code in passages(message.alternatives[0].content) if is_of(text, written)]
    assert len(found) == 5
    assert [one for one in found if one[1] != written] == []


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_set_as_french_is_printed(client, db, path):
    registration = world("fr")

    assert [text for text in words(page(client, path, "fr", registration)) if PLAIN.search(text)] == []


def test_texts_on_a_page_are_set_whichever_language_the_page_has(client, db):
    world("fr")

    for language in ("fr", "en"):
        assert PRINTED["fr"] in client.get(f"/{language}/one/").content.decode()


def test_english_is_set_with_its_own_apostrophe(client, db):
    world("en")

    assert PRINTED["en"] in client.get("/en/one/").content.decode()


def test_every_part_of_a_mail_is_set_as_french_is_printed(db):
    world("fr")

    deliver_due(clock=lambda: NOW)

    [message] = mail.outbox
    body = re.sub(r"http\S+", "", message.body)
    assert [
        text for text in (message.subject, body, *words(message.alternatives[0].content)) if PLAIN.search(text)
    ] == []
    assert message.subject.endswith(PRINTED["fr"])
    assert PRINTED["fr"] in body


@pytest.mark.parametrize(("language", "number"), [("fr", "12\u202f000"), ("en", "12,000")])
def test_numbers_are_grouped_as_the_language_does(client, db, language, number):
    world("fr")

    assert number in client.get(f"/{language}/past/").content.decode()


@pytest.mark.parametrize(
    ("language", "date"),
    [("fr", "samedi 1er mai 2027, 14\u00a0h\u00a000"), ("en", "Saturday 1 May 2027, 2:00\u00a0pm")],
)
def test_first_of_the_month_and_time_on_a_page_and_in_a_mail(client, db, language, date):
    registration = world("fr")
    Edition.objects.filter(slug="one").update(
        starts_at=NOW.replace(month=5, day=1), ends_at=NOW.replace(month=5, day=1, hour=18)
    )
    Registration.objects.update(language=language)

    deliver_due(clock=lambda: NOW)

    [message] = mail.outbox
    shown = " ".join(words(page(client, "/{l}/registrations/{t}/", language, registration)))
    for text in (shown, message.body, " ".join(words(message.alternatives[0].content))):
        assert date.lower() in text.lower()


@pytest.mark.parametrize("template", ["500.html", "503.html"])
def test_bilingual_errors_are_set_and_marked(template):
    with translation.override(None):
        html = render_to_string(template)

    found = passages(html)
    assert [text for text, code in found if code == "fr" and PLAIN.search(text)] == []
    assert {code for text, code in found} == {"fr", "en"}
    assert all(("the" in f" {text.lower()} ".split()) <= (code == "en") for text, code in found)
