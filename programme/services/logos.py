"""A logo that somebody uploaded: judged by its content, drawn anew, and kept without anything else that was in the file."""

import hashlib
import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageOps

from programme.models import Logo, Organisation

MOST_BYTES = 2_000_000
MOST_PIXELS_A_SIDE = 4_000
FEWEST_PIXELS_A_SIDE = 16
FORMATS = ("PNG", "JPEG", "WEBP")
# Twice what a page shows, for sharp screens.
KEPT_SIZE = (448, 112)
SNIFFED_BYTES = 1_000
# Whatever Pillow trips over in a file that is none, the broken notes of a camera included.
UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, AttributeError, struct.error)


class LogoRefused(Exception):
    """The upload cannot become a logo."""


class TooHeavy(LogoRefused):
    """It has too many bytes."""


class IsDrawing(LogoRefused):
    """It is SVG, which can hold programs."""


class NotAPicture(LogoRefused):
    """It is no PNG, JPEG or WebP, or a broken one."""


class WrongSize(LogoRefused):
    """It is too large to be drawn, or too small to be seen."""


class IsEmpty(LogoRefused):
    """It is all of one colour."""


@dataclass(frozen=True)
class Picture:
    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def prepare(upload: bytes) -> Picture:
    """Return the picture of an upload, trimmed, scaled down and without metadata; of a moving one its first.

    :raises LogoRefused: by one of its kinds.
    """
    if len(upload) > MOST_BYTES:
        raise TooHeavy
    if b"<svg" in upload[:SNIFFED_BYTES].lower():
        raise IsDrawing
    try:
        image = _draw(upload)
    except Image.DecompressionBombError as error:
        raise WrongSize from error
    except UNREADABLE as error:
        raise NotAPicture from error
    trimmed = _trimmed(image)
    trimmed.thumbnail(KEPT_SIZE, Image.Resampling.LANCZOS)
    file = io.BytesIO()
    trimmed.save(file, "PNG", optimize=True)
    return Picture(file.getvalue(), trimmed.width, trimmed.height)


def _draw(upload: bytes) -> Image.Image:
    """Read the pixels of a file whose announced size was looked at before."""
    with Image.open(io.BytesIO(upload), formats=FORMATS) as file:
        if max(file.size) > MOST_PIXELS_A_SIDE or min(file.size) < FEWEST_PIXELS_A_SIDE:
            raise WrongSize
        file.load()
        drawn = ImageOps.exif_transpose(file).convert("RGBA")
    # Onto a new sheet: what the file held beside its pixels stays behind, and so does what nobody could see of them.
    return Image.alpha_composite(Image.new("RGBA", drawn.size), drawn)


def _trimmed(image: Image.Image) -> Image.Image:
    """Cut off an even border, so that two logos of one height look equally high."""
    ground = image.getpixel((0, 0))
    box = ImageChops.difference(image, Image.new("RGBA", image.size, ground)).getbbox(alpha_only=False)
    if box is None:
        raise IsEmpty
    return image.crop(box)


def keep(*, organisation: Organisation, variant: str, picture: Picture) -> None:
    """Give an organisation its logo on one ground, in place of the one it had. In the caller's transaction."""
    values = {"content": picture.content, "digest": picture.digest, "width": picture.width, "height": picture.height}
    Logo.objects.update_or_create(organisation=organisation, variant=variant, defaults=values)


def remove(*, organisation: Organisation, variant: str) -> None:
    Logo.objects.filter(organisation=organisation, variant=variant).delete()
