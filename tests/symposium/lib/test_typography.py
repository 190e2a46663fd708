import pytest

from symposium.lib.typography import group_digits, typeset

N, B = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Quoi ?", f"Quoi{N}?"),
        ("Oui ; non !", f"Oui{N}; non{N}!"),
        ("« IA »", f"«{N}IA{N}»"),
        ("«IA»", f"«{N}IA{N}»"),
        (f"«{B}IA{B}»", f"«{N}IA{N}»"),
        ("Thème : la santé", f"Thème{B}: la santé"),
        ("Voici :", f"Voici{B}:"),
        ("l'IA d'aujourd'hui", "l\u2019IA d\u2019aujourd\u2019hui"),
        ("à 14 h 15", f"à 14{B}h{B}15"),
        ("12 000 places", f"12{N}000 places"),
        ("en 2022 420 personnes", f"en 2022{N}420 personnes"),
        ("M. Martin et Mme Durand", f"M.{B}Martin et Mme{B}Durand"),
        ("https://example.org/?page=2;x!", "https://example.org/?page=2;x!"),
        ("14:15", "14:15"),
        ("alert('x')", "alert('x')"),
        ("", ""),
    ],
)
def test_typeset_french(typed, printed):
    assert typeset(typed, "fr") == printed


def test_typeset_french_twice_changes_nothing_more():
    once = typeset("« Quoi ? » : 14 h 15, l'IA", "fr")

    assert typeset(once, "fr") == once


@pytest.mark.parametrize(("typed", "printed"), [("today's", "today\u2019s"), ("What ?", "What ?"), ("« a »", "« a »")])
def test_typeset_english_changes_the_apostrophe_alone(typed, printed):
    assert typeset(typed, "en") == printed


def test_group_digits():
    assert [group_digits(12000, "fr"), group_digits(12000, "en"), group_digits(420, "fr")] == [
        f"12{N}000",
        "12,000",
        "420",
    ]
