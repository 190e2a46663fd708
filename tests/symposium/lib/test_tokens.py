import re
import uuid

import pytest

from symposium.lib import tokens

KEYS = ["first-key-of-32-characters-or-more", "second-key-of-32-characters-or-more"]
SOMEBODY = uuid.UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture(autouse=True)
def keys(settings):
    settings.TICKET_KEYS = KEYS
    return settings


def token(purpose="page", registration=SOMEBODY, issue=1, version=None):
    return tokens.token(purpose, registration, issue, version or tokens.current_key_version())


def test_token_is_long_readable_and_always_the_same():
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{27}", token())
    assert token() == token()
    assert tokens.TOKEN_LENGTH * 5 >= 128


def test_token_differs_by_purpose_person_issue_and_key(settings):
    made = {token(), token("ticket"), token(registration=uuid.uuid4()), token(issue=2)}
    settings.TICKET_KEYS = KEYS[::-1]
    made.add(token())

    assert len(made) == 5
    assert len({tokens.digest_of(value) for value in made}) == 5


def test_ticket_token_does_not_contain_the_page_token():
    assert token("ticket")[:13] != token("page")[:13]


def test_new_key_in_front_signs_and_the_old_one_still_makes_its_tokens(settings):
    old_version, old = tokens.current_key_version(), token()
    settings.TICKET_KEYS = ["a-new-key-of-32-characters-or-more", *KEYS]

    assert tokens.current_key_version() != old_version
    assert token(version=old_version) == old
    assert token() != old


def test_key_that_was_removed_makes_no_token(settings):
    version = tokens.current_key_version()
    settings.TICKET_KEYS = KEYS[1:]

    with pytest.raises(tokens.UnknownKeyVersion):
        token(version=version)


def test_key_version_fits_its_column_and_tells_nothing_of_the_key():
    assert re.fullmatch(r"[0-9a-f]{8}", tokens.current_key_version())
    assert tokens.current_key_version() not in KEYS[0]


@pytest.mark.parametrize(
    "typed",
    [str.lower, lambda t: f" {t}\n", lambda t: "-".join(re.findall(".{1,5}", t)), lambda t: f"{t[:9]} {t[9:]}"],
    ids=["lower case", "with spaces around", "in groups", "with a space"],
)
def test_token_is_read_as_people_type_it(typed):
    assert tokens.digest_of(typed(token())) == tokens.digest_of(token())


def test_look_alikes_are_read_as_what_was_meant():
    value = next(v for n in range(500) if {"0", "1"} <= set(v := token(issue=n)))

    for look_alikes in ("OI", "ol", "oi", "OL"):
        typed = value.replace("0", look_alikes[0]).replace("1", look_alikes[1])
        assert tokens.digest_of(typed) == tokens.digest_of(value)


def test_each_wrong_character_is_noticed():
    value = token()

    for place in range(len(value)):
        for letter in set(tokens.ALPHABET) - {value[place]}:
            assert tokens.digest_of(value[:place] + letter + value[place + 1 :]) is None


def test_each_exchange_of_two_characters_is_noticed():
    """All pairs at all places: by hand as well as between any two places of a token."""
    for one in tokens.ALPHABET:
        for other in tokens.ALPHABET:
            body = f"{one}{other}".join(["7Q", "M2XD"])
            if one != other:
                assert tokens._check_character(body) != tokens._check_character(f"{other}{one}".join(["7Q", "M2XD"]))
    value = token()
    for first in range(len(value)):
        for second in range(first + 1, len(value)):
            letters = list(value)
            letters[first], letters[second] = letters[second], letters[first]
            if value[first] != value[second]:
                assert tokens.digest_of("".join(letters)) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "A",
        "0" * 26,
        "0" * 28,
        "U" * 27,
        "\x00" * 27,
        "é" * 27,
        "٣" * 27,
        "\N{LATIN SMALL LETTER DOTLESS I}" * 27,
        "\U0001f39f" * 27,
        "/" * 27,
    ],
    ids=lambda value: f"{len(value)} of {value[:1]!a}",
)
def test_what_cannot_be_a_token_has_no_digest(value):
    assert tokens.digest_of(value) is None


def test_token_of_huge_length_is_refused():
    assert tokens.digest_of("A" * 1_000_000) is None


def test_digest_is_not_the_token():
    assert token() not in tokens.digest_of(token())
    assert len(tokens.digest_of(token())) == 64


def test_reference_is_for_reading_out():
    references = {tokens.new_reference() for _number in range(200)}

    assert len(references) == 200
    assert all(re.fullmatch(r"SYM-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", each) for each in references)
    assert len(max(references, key=len)) <= 16


def test_signed_id_is_read_again_in_any_case_and_with_an_older_key(settings):
    value = tokens.signed_id("bounce", SOMEBODY)
    settings.TICKET_KEYS = ["a-new-key-of-32-characters-or-more", *KEYS]

    assert len(value) == 53
    assert [tokens.read_signed_id("bounce", typed) for typed in (value, value.lower())] == [SOMEBODY] * 2


def test_signed_id_of_anything_else_is_not_read(settings):
    value = tokens.signed_id("bounce", SOMEBODY)
    other = tokens.signed_id("bounce", uuid.UUID(int=SOMEBODY.int + 1))
    strange = ["", "x", value[:-1], value + "0", other[:26] + value[26:], "Z" * 53, "é" * 53, value[:20] + "U" * 33]

    assert [tokens.read_signed_id("bounce", one) for one in strange] == [None] * len(strange)
    assert tokens.read_signed_id("unsubscribe", value) is None
    settings.TICKET_KEYS = ["a-new-key-of-32-characters-or-more"]
    assert tokens.read_signed_id("bounce", value) is None
