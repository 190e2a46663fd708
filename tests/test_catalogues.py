"""The French catalogue says everything, and says it in the compiled file too.

Extracting again needs no gettext on the machine: Python's own parser reads the code, and Django's turns the templates
into something that reads like code.
"""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale" / "fr" / "LC_MESSAGES"
# Name of the function, or of what it was imported as: how many strings are the context, how many the message.
PLAIN, PLURAL, CONTEXT, CONTEXT_PLURAL = (0, 1), (0, 2), (1, 1), (1, 2)
FUNCTIONS = {
    f"{name}{suffix}": shape
    for name, shape in {"gettext": PLAIN, "ngettext": PLURAL, "pgettext": CONTEXT, "npgettext": CONTEXT_PLURAL}.items()
    for suffix in ("", "_lazy", "_noop")
} | {"_": PLAIN}
LITERAL = r"""u?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
CALL_IN_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sd]|\{(\w*)\}")


def keys_of(function, strings):
    """Return the entry, as context, singular and plural, of one call."""
    contexts, messages = FUNCTIONS[function]
    context = strings[0] if contexts else None
    singular, *plural = strings[contexts : contexts + messages]
    return context, singular, plural[0] if plural else None


def in_python(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        strings = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if name in FUNCTIONS and strings:
            yield keys_of(name, strings)


def in_template(path):
    for function, literals in CALL_IN_TEMPLATE.findall(templatize(path.read_text(), origin=str(path))):
        strings = [ast.literal_eval(literal) for literal in re.findall(LITERAL, literals)]
        yield keys_of(function, strings)


def extracted():
    """Return each message of the code and the templates, with a file that says it."""
    found = {}
    for app in ("programme", "registrations", "symposium"):
        for path in sorted((ROOT / app).rglob("*.py")):
            found |= {key: path.relative_to(ROOT) for key in in_python(path) if "migrations" not in path.parts}
    for folder in ("templates", "programme", "registrations", "symposium"):
        for path in sorted(each for ending in ("html", "txt") for each in (ROOT / folder).rglob(f"*.{ending}")):
            found |= {key: path.relative_to(ROOT) for key in in_template(path)}
    return found


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE / "django.po"), check_for_duplicates=True)


def in_use(catalogue):
    return {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}


def test_every_message_is_in_the_catalogue(catalogue):
    known = in_use(catalogue)

    missing = {
        f"{path}: {singular!r}"
        for (context, singular, plural), path in extracted().items()
        if (entry := known.get((context, singular))) is None or (plural and entry.msgid_plural != plural)
    }

    assert sorted(missing) == []


def test_no_message_is_in_the_catalogue_for_nothing(catalogue):
    said = {(context, singular) for context, singular, _plural in extracted()}

    assert sorted(str(key) for key in set(in_use(catalogue)) - said) == []


def test_every_entry_is_translated(catalogue):
    untranslated = [entry.msgid for entry in in_use(catalogue).values() if not entry.translated()]
    unsure = [entry.msgid for entry in catalogue if entry.fuzzy]

    assert (untranslated, unsure) == ([], [])


def test_translations_keep_the_placeholders(catalogue):
    def placeholders(text):
        return {match.group() for match in PLACEHOLDER.finditer(text.replace("%%", ""))}

    different = []
    for entry in in_use(catalogue).values():
        wanted = placeholders(entry.msgid_plural or entry.msgid)
        texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
        different += [entry.msgid for text in texts if text and placeholders(text) != wanted]

    assert different == []


def test_symposium_has_one_name(catalogue):
    """What press and programmes call it; « colloque », the same thing, made readers wonder whether it was another."""
    assert [entry.msgid for entry in catalogue if "colloque" in entry.msgstr.casefold()] == []


def test_compiled_catalogue_says_the_same(catalogue):
    assert (CATALOGUE / "django.mo").is_file()
    compiled = polib.mofile(str(CATALOGUE / "django.mo"))

    def said(entries):
        return {
            (entry.msgctxt, entry.msgid): (entry.msgstr, list(entry.msgstr_plural.values()))
            for entry in entries
            if not entry.obsolete
        }

    assert said(compiled) == said(catalogue)
    assert compiled.metadata["Plural-Forms"] == catalogue.metadata["Plural-Forms"]


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ('{% translate "Programme" %}', [(None, "Programme", None)]),
        ('{% translate "Talk" context "profile" %}', [("profile", "Talk", None)]),
        ("{% blocktranslate trimmed %}\n  Two\n  lines\n{% endblocktranslate %}", [(None, "Two lines", None)]),
        (
            "{% blocktranslate count n=n %}{{ n }} seat{% plural %}{{ n }} seats{% endblocktranslate %}",
            [(None, "%(n)s seat", "%(n)s seats")],
        ),
        ('{% include "a.html" with title=_("It\'s here") %}', [(None, "It's here", None)]),
        ("<p>gettext is not called here</p>", []),
    ],
)
def test_templates_are_read(tmp_path, source, keys):
    page = tmp_path / "page.html"
    page.write_text(source)

    assert list(in_template(page)) == keys


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ('_("One " "sentence")', [(None, "One sentence", None)]),
        ('ngettext_lazy("%(n)s seat", "%(n)s seats", "n")', [(None, "%(n)s seat", "%(n)s seats")]),
        ('translation.pgettext("profile", "Care")', [("profile", "Care", None)]),
        ("_(name)", []),
    ],
)
def test_code_is_read(tmp_path, source, keys):
    module = tmp_path / "module.py"
    module.write_text(source)

    assert list(in_python(module)) == keys
