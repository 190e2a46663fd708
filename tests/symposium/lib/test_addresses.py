import pytest

from symposium.lib.addresses import is_writable, probably_meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("camille@gmial.com", "camille@gmail.com"),
        ("camille@GMIAL.COM", "camille@gmail.com"),
        ("camille@hotmial.fr", "camille@hotmail.fr"),
        ("camille@gmail.com", None),
        ("camille@hotmail.fr", None),
        ("camille@mail.com", None),
        ("camille@example.org", None),
        ("camille@mit.ed", None),
    ],
)
def test_a_mistyped_provider_is_guessed_and_a_provider_left_alone(typed, meant):
    assert probably_meant(typed) == meant


@pytest.mark.parametrize(
    ("email", "writable"),
    [
        ("camille@example.org", True),
        ("camille@acad\u00e9mie.example", True),
        ("camille@" + "\u00e9" * 60 + ".example", False),
        ("\u00e9lodie@example.org", False),
        ("camille@\u2028x.example", False),
        ("camille@localhost", False),
        ("camille@localhost.", False),
        ("camille@[127.0.0.1]", False),
        ("camille", False),
    ],
)
def test_an_address_that_no_mail_reaches_is_told_apart(email, writable):
    assert is_writable(email) is writable
