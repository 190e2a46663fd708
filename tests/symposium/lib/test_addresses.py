import pytest

from symposium.lib.addresses import probably_meant


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
