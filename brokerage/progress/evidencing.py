"""Evidencing: a learner keeps a file with their story. What it is, is judged by its content and not by its name."""

from __future__ import annotations

import hashlib
import secrets
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import Learner
from brokerage.progress import errors
from brokerage.progress.models import PIECES, Piece
from brokerage.progress.writing import add, remove
from ledger import Actor
from providers.evidencing import EXTENSIONS, MOST_BYTES, media_type
from providers.feeds.plain_text import one_line
from vouchers.models import Voucher

# A hundred megabytes a learner at the most.
MOST_PIECES = 10


def keep(title: str, content: bytes, *, voucher: UUID | None = None, learner: Learner, actor: Actor) -> Piece:
    """Keep a PDF, JPEG or PNG, beside a course of the learner's where one is named.

    Refuses `TextMissing`, `FileTooLarge`, `FileNotReadable`, `NotInStory` (also a voucher of somebody else's),
    `InStoryAlready`, `StoryIsFull`.
    """
    if not (line := one_line(title)):
        raise errors.TextMissing(field="title")
    if len(content) > MOST_BYTES:
        raise errors.FileTooLarge(field="document", megabytes=MOST_BYTES // 1024**2)
    if (kind := media_type(content)) is None:
        raise errors.FileNotReadable(field="document")
    if voucher is not None and not Voucher.objects.of_learner(learner).filter(pk=voucher).exists():
        raise errors.NotInStory()
    piece = Piece(
        learner=learner,
        title=line,
        voucher_id=voucher,
        media_type=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    name = default_storage.save(f"{PIECES}{secrets.token_hex(24)}.{EXTENSIONS[kind]}", ContentFile(content))
    try:
        piece.document.name = name
        return add(piece, learner.pieces.all(), MOST_PIECES, learner=learner, actor=actor)
    except Exception:
        # What the transaction takes back, the storage has to let go of, too.
        default_storage.delete(name)
        raise


def let_go(piece: UUID, *, learner: Learner, actor: Actor) -> None:
    """Take a file away, and delete it once that is certain. Refuses `NotInStory`."""
    with transaction.atomic():
        name = learner.pieces.filter(pk=piece).values_list("document", flat=True).first()
        remove(Piece, piece, learner=learner, actor=actor)
        transaction.on_commit(lambda: default_storage.delete(str(name)))
