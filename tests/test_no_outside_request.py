"""Nothing we serve loads anything from another host. The browser tests look at pages; this reads what lies in files."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.staticfiles.finders import get_finders

ROOT = Path(__file__).resolve().parent.parent
# What a browser loads by itself: a link somebody may click is no request.
LOADING = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*\b(?:src|srcset|data)\s*=\s*["']?\s*(?:https?:)?//
    |<link\b(?![^>]*\brel=["'](?:canonical|alternate|license)["'])[^>]*\bhref\s*=\s*["']?\s*(?:https?:)?//
    |url\(\s*["']?(?:https?:)?//
    |@import\s+["'](?:https?:)?//
    """,
    re.IGNORECASE | re.VERBOSE,
)
SCRIPT_LOADING = re.compile(
    r"""(?:fetch|importScripts|import|WebSocket|EventSource)\s*\(\s*["'`](?:https?|wss?):?//""", re.IGNORECASE
)


def static_files():
    for finder in get_finders():
        for path, storage in finder.list([]):
            yield path, Path(storage.path(path))


def test_no_template_loads_from_another_host():
    templates = [*ROOT.glob("templates/**/*.*"), *ROOT.glob("symposium/**/templates/**/*.*")]

    found = {str(path): LOADING.findall(path.read_text()) for path in templates}

    assert len(found) > 50
    assert {path: matches for path, matches in found.items() if matches} == {}


def test_no_static_file_loads_from_another_host():
    found = {}
    for name, path in static_files():
        if path.suffix in {".css", ".js", ".mjs", ".svg", ".html", ".webmanifest"}:
            text = path.read_text(errors="replace")
            found[name] = LOADING.findall(text) if path.suffix != ".js" else SCRIPT_LOADING.findall(text)

    assert "css/symposium.css" in found
    assert "vendor/jquery-ui.min.js" in found
    assert {name: matches for name, matches in found.items() if matches} == {}


def test_every_part_of_the_administration_brings_its_own_scripts():
    loaded = {
        str(path)
        for model_admin in admin.site._registry.values()
        for path in [*model_admin.media._js, *(sheet for sheets in model_admin.media._css.values() for sheet in sheets)]
    }

    assert any("tabbed_translation" in path for path in loaded)
    assert {path for path in loaded if re.match(r"(https?:)?//", path)} == set()
    assert settings.JQUERY_UI_URL in loaded


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://code.jquery.com/ui.js"></script>',
        "<link rel=stylesheet href=//fonts.example.com/a.css>",
        "a { background:url(https://example.com/a.png) }",
        '@import "//example.com/a.css"',
    ],
)
def test_reader_would_notice(text):
    assert LOADING.search(text)


def test_reader_lets_links_be():
    assert not LOADING.search(
        '<a href="https://www.cnil.fr/">CNIL</a> <link rel="canonical" href="https://a.example/">'
    )
