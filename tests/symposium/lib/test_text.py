import random
import sys
import unicodedata

import pytest

from symposium.lib.text import EMAIL_LENGTH, fold, normalise_email


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@example.org", " ADA@Example.ORG\n"),
        ("ada@example.org", "\uff41\uff44\uff41@example.org"),
        ("\u00e9lodie@example.org", "e\u0301lodie@example.org"),
        ("STRASSE@example.org", "stra\u00dfe@example.org"),
        ("ada@\u212aelvin.example.org", "ada@kelvin.example.org"),
        ("\u0130da@example.org", "i\u0307da@example.org"),
    ],
)
def test_addresses_that_are_the_same(one, other):
    assert normalise_email(one) == normalise_email(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@example.org", "ada+news@example.org"),
        ("adalovelace@example.org", "ada.lovelace@example.org"),
        ("ada@example.org", "ada@example.com"),
        ("elodie@example.org", "élodie@example.org"),
    ],
)
def test_addresses_that_are_not(one, other):
    assert normalise_email(one) != normalise_email(other)


def test_address_that_grows_stays_comparable_and_short():
    grown = ["\ufdfa" * 30 + f"{number}@example.org" for number in range(3)]

    normal = [normalise_email(value) for value in grown]

    assert len(set(normal)) == 3
    assert max(len(value) for value in normal) <= EMAIL_LENGTH
    assert normalise_email(grown[0].upper()) == normal[0]


def test_longest_address_is_kept():
    longest = "a" * 242 + "@example.org"

    assert (len(longest), normalise_email(longest)) == (EMAIL_LENGTH, longest)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Élodie Œuvray", "elodie oeuvray"),
        ("  Zoë\t\n  VÁZQUEZ ", "zoe vazquez"),
        ("Søren Łukasz Đorđe Ħal", "soren lukasz dorde hal"),
        ("Straße", "strasse"),
        ("Dvořák", "dvorak"),
        ("Nguyễn", "nguyen"),
        ("ﬁancé", "fiance"),
        ("İstanbul \N{LATIN SMALL LETTER DOTLESS I}s", "istanbul is"),
        ("Æther Þór Guðrún", "aether thor gudrun"),
        ("\u210cilbert", "hilbert"),
        ("田中", "田中"),
        ("Ольга", "ольга"),
        ("", ""),
    ],
)
def test_fold(written, folded):
    assert fold(written) == folded


def _random_texts():
    chance = random.Random(20221020)
    for _number in range(3000):
        codes = [chance.choice([chance.randrange(0x250), chance.randrange(sys.maxunicode + 1)]) for _place in range(12)]
        yield "".join(chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF)


@pytest.mark.parametrize("normal", [fold, normalise_email])
def test_normal_forms_are_normal(normal):
    """Done twice is done once, whatever the text, and however it was composed."""
    for text in _random_texts():
        once = normal(text)
        assert normal(once) == once
        assert normal(unicodedata.normalize("NFD", text)) == normal(unicodedata.normalize("NFC", text))


def test_each_letter_folds_to_itself_twice():
    assert [code for code in range(sys.maxunicode + 1) if fold(folded := fold(f"a{chr(code)}b")) != folded] == []


def test_lone_surrogates_do_not_stop_it():
    assert normalise_email("\ud800" * 300).isalnum()
    assert fold("\ud800A") == "\ud800a"
