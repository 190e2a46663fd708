"""Paper and pictures, set by typst from the sources in ``templates/pdf/`` in the fonts of the site.

A source is given its texts as data and shows them as they are: no text of a person becomes markup.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst
from django.conf import settings

from symposium.lib.text import carriable

SOURCES = settings.BASE_DIR / "templates" / "pdf"
FONTS = Path(__file__).parent / "fonts"
# Tagged for screen readers, and fit for an archive.
STANDARDS: "list[typst.PDFStandard]" = ["ua-1", "a-2a"]


def pdf(source: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF that ``source`` makes of ``data``, which says its ``language`` and its ``title``.

    Greek and Cyrillic letters come from typst's own fonts. A letter that no font has here (Chinese, Arabic) shows as a
    frame, and the file then keeps its tags but claims no standard, which forbid such frames.
    """
    compiler = _compiler(source, data)
    try:
        return _one_file(compiler.compile(format="pdf", pdf_standards=STANDARDS))
    except typst.TypstError:
        return _one_file(compiler.compile(format="pdf"))


def png(source: str, data: Mapping[str, Any]) -> bytes:
    """Return the picture that ``source`` makes of ``data``, one pixel for each of its points."""
    return _one_file(_compiler(source, data).compile(format="png", ppi=72))


def _one_file(made: bytes | list[bytes] | None) -> bytes:
    """A PDF is one file, and so is the picture of a source of one page."""
    return cast("bytes", made)


def _compiler(source: str, data: Mapping[str, Any]) -> typst.Compiler:
    return typst.Compiler(
        SOURCES / f"{source}.typ",
        root=SOURCES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_carriable(data))},
    )


def _carriable(value: Any) -> Any:
    if isinstance(value, str):
        return carriable(value)
    if isinstance(value, Mapping):
        return {key: _carriable(item) for key, item in value.items()}
    return [_carriable(item) for item in value] if isinstance(value, list) else value


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
