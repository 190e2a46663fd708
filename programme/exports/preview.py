"""The picture of an edition that messengers and networks show beside a link to it."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.translation import get_language

from programme.models import Edition
from programme.services import dates, pages
from programme.services.schedule import announce, place_of
from programme.templatetags.look import edition_name
from symposium.lib import pdf
from symposium.lib.text import one_line
from symposium.lib.typography import NO_BREAK, typeset

WIDTH, HEIGHT = 1200, 630
# The longest titles that fit in one size of letters, in points: beyond the last the smallest is taken.
TITLE_SIZES = ((30, 76), (60, 60), (110, 46), (200, 36))
LONGEST_LINE = 40
KEEP_SECONDS = 86_400


def preview_image(edition: Edition, *, at: datetime) -> bytes:
    """Return a PNG of 1200 by 630 in the active language; drawn anew, in some 100 ms, when what it says has changed."""
    data = _data(edition, at)
    key = f"preview:{hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = pdf.png("preview", data)
        cache.set(key, kept, KEEP_SECONDS)
    return kept


def _unbroken(name: str) -> str:
    """Return a name that is not broken over two lines, where it fits on one."""
    line = one_line(name)
    return line.replace(" ", NO_BREAK) if len(line) <= LONGEST_LINE else line


def _data(edition: Edition, at: datetime) -> dict[str, Any]:
    language = str(get_language())
    title = announce(one_line(edition.title), edition.status)
    cover = pages.hero_of(edition, at=at)["cover"]
    texts = {
        "label": edition_name(edition),
        "title": title,
        "date": dates.edition_day(edition),
        "place": place_of(edition),
        "organisers": f"{NO_BREAK}· ".join(_unbroken(one.name) for one in pages.organisers_of(edition)),
    }
    return {key: typeset(text, language) for key, text in texts.items()} | {
        "language": language,
        "accent": edition.accent_light,
        "title_size": next((size for length, size in TITLE_SIZES if len(title) <= length), TITLE_SIZES[-1][1]),
        "cover": render_to_string("pdf/cover.svg", {"cover": cover, "accent": edition.accent_light}) if cover else "",
    }
