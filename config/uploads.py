"""Uploads: what kind of file somebody sent, judged by its content and never by its name, and where it is kept."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from PIL import Image, ImageOps


class MediaType(models.TextChoices):
    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"


MOST_BYTES = 10 * 1024 * 1024
# More than a telephone's camera takes, and few enough that what is unpacked fits into memory.
MOST_PIXELS = 60_000_000
EXTENSIONS = {MediaType.PDF: "pdf", MediaType.PNG: "png", MediaType.JPEG: "jpg"}
# How each kind of document begins, and what is in its last kilobyte when it is whole.
_MARKS = {
    MediaType.PDF: (b"%PDF-", b"%%EOF"),
    MediaType.PNG: (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    MediaType.JPEG: (b"\xff\xd8\xff", b"\xff\xd9"),
}


def media_type(content: bytes) -> MediaType | None:
    """What kind of document these bytes are, judged by how they begin and end; None when none that is taken."""
    for kind, (first, last) in _MARKS.items():
        if content.startswith(first) and last in content[-1024:]:
            return kind
    return None


def redrawn(content: bytes, kind: MediaType) -> bytes | None:
    """A picture drawn anew: upright, and without anything that is not the picture, such as where it was taken.

    None when it cannot be read as what it says it is, or is too large to be drawn.
    """
    drawn = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=[kind.name]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            see_through = kind is MediaType.PNG and opened.has_transparency_data
            # Once in memory and not three times: a few kilobytes can be 240 MB when they are drawn.
            ImageOps.exif_transpose(opened, in_place=True)
            mode = "RGBA" if see_through else "RGB"
            picture = opened if opened.mode == mode else opened.convert(mode)
            picture.info = {}
            picture.save(drawn, format=kind.name)
    # Pillow's readers raise what each finds: a file that is broken on purpose finds the oddest.
    except Exception:
        return None
    return drawn.getvalue()


@contextmanager
def stored(content: bytes, kind: MediaType, folder: str) -> Iterator[str]:
    """Keep the content under a random name in the folder. What the block takes back by raising, is deleted again."""
    name = default_storage.save(f"{folder}{secrets.token_hex(24)}.{EXTENSIONS[kind]}", ContentFile(content))
    try:
        yield name
    except BaseException:
        default_storage.delete(name)
        raise
