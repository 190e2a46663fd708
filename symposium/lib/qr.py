"""QR codes."""

import io

import segno

# A fixed mask: trying all eight takes ten times as long, and any reader reads any of them.
MASK = 4


def _make(content: str) -> segno.QRCode:
    return segno.make(content, error="m", micro=False, mask=MASK, boost_error=False)


def svg(content: str) -> str:
    """Return an ``<svg>`` without size, for a page; half of the quiet zone is the page's padding."""
    return _make(content).svg_inline(scale=1, border=2, omitsize=True, svgclass=None, lineclass=None)


def png(content: str) -> bytes:
    """Return a PNG, for a mail; black on white."""
    out = io.BytesIO()
    _make(content).save(out, kind="png", scale=6, border=4)
    return out.getvalue()
