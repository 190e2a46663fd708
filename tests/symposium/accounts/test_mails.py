"""The mails of accounts: our words, in the look of the other mails."""

import re
from html import unescape
from pathlib import Path

import allauth
import pytest
from django.utils.translation import override

from symposium.accounts import mails
from tests.checks import check_looks
from tests.factories import NOW

# A link, where we send a code.
NEVER_SENT = {"account/email/password_reset_key"}
CONTEXT = {
    "code": "K7P-QX4R",
    "from_email": "old@example.org",
    "to_email": "new@example.org",
    "deleted_email": "gone@example.org",
    "ip": "192.0.2.7",
    "user_agent": "<b>Browser</b>\r\n\x07" + "x" * 300,
    "timestamp": NOW,
}


def make(name, language):
    with override(language):
        return mails.make(name, email="ada@example.org", context=CONTEXT)


def test_every_mail_of_the_library_has_our_words():
    templates = Path(allauth.__file__).parent / "templates"
    names = {str(path.relative_to(templates)) for path in templates.glob("*/email/*_subject.txt")}

    assert {name.removesuffix("_subject.txt") for name in names} - NEVER_SENT == set(mails.WRITERS)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", list(mails.WRITERS))
def test_every_mail_is_whole_in_both_languages(name, language):
    message = make(name, language)

    html = message.alternatives[0].content
    check_looks(html, language)
    assert message.extra_headers == {"Content-Language": language}
    assert message.subject in message.body
    assert message.subject in unescape(html)
    addresses = set(re.findall(r"https?://\S+", message.body))
    assert set(re.findall(r'href="([^"]*)"', html)) == addresses
    assert all(address.startswith(f"http://testserver/{language}/account/") for address in addresses)
    assert [text for text in (message.subject, message.body, html) if "None" in text] == []


@pytest.mark.parametrize("name", list(mails.WRITERS))
def test_every_mail_has_french(name):
    assert make(name, "fr").subject != make(name, "en").subject


def test_code_stands_alone_to_be_copied():
    message = make("account/email/login_code", "en")

    assert "\n\nK7P-QX4R\n\n" in message.body
    assert re.search(r'<td class="code" style="[^"]*">K7P-QX4R</td>', message.alternatives[0].content)


@pytest.mark.parametrize(
    ("language", "moment"),
    [("fr", "1er mars 2027, 13\u00a0h\u00a000 (heure de Paris)"), ("en", "1 March 2027, 1:00\u00a0pm (Paris time)")],
)
def test_change_says_when_and_from_where_and_shows_what_a_browser_says_as_text(language, moment):
    message = make("mfa/email/totp_activated", language)

    html = message.alternatives[0].content
    for text in (message.body, unescape(html)):
        assert moment in text
        assert "192.0.2.7" in text
        assert f"<b>Browser</b> {'x' * 185}" in text
        assert "x" * 186 not in text
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("account/email/email_changed", "was old@example.org, and is now new@example.org."),
        ("account/email/email_deleted", "gone@example.org no longer belongs to your account."),
    ],
)
def test_change_of_address_names_it(name, words):
    assert words in make(name, "en").body
