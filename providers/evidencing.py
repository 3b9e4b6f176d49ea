"""Evidence: what shows that an accreditation is true is kept beside it, with who brought it and when."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from config.refusals import Refusal, only
from ledger import Actor, now, record
from providers import errors, events
from providers.accreditation import Mark, accredit_providers
from providers.feeds.plain_text import one_line, web_address
from providers.models import Accreditation, AccreditationEvidence, Provider

MediaType = AccreditationEvidence.MediaType
MOST_BYTES = 10 * 1024 * 1024
# How each kind of document begins, and what is in its last kilobyte when it is whole.
_MARKS = {
    MediaType.PDF: (b"%PDF-", b"%%EOF"),
    MediaType.PNG: (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    MediaType.JPEG: (b"\xff\xd8\xff", b"\xff\xd9"),
}
EXTENSIONS = {MediaType.PDF: "pdf", MediaType.PNG: "png", MediaType.JPEG: "jpg"}


@dataclass(frozen=True, slots=True)
class Document:
    """An uploaded document: what its sender calls it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Address:
    """A page of the web that says it. It is never fetched."""

    url: str


def accredit_on_evidence(
    mark: Mark[Provider], shown: Sequence[Document | Address], *, by: UUID, actor: Actor
) -> Accreditation:
    """Record a provider's accreditation together with what shows it, both or neither.

    Raises what `attach` raises, and what `accredit_providers` refuses.
    """
    with transaction.atomic():
        accreditation = only(accredit_providers([mark], actor=actor, by=by))
        attach(accreditation, shown, by=by, actor=actor)
    return accreditation


def attach(
    accreditation: Accreditation, shown: Sequence[Document | Address], *, by: UUID, actor: Actor
) -> list[AccreditationEvidence]:
    """Keep documents and addresses with an accreditation, all or none; one event each.

    A document's kind is judged by its content. Raises EvidenceMissing where there is none, EvidenceNotReadable,
    EvidenceTooLarge, WebAddressWrong.
    """
    if not shown:
        raise errors.EvidenceMissing(field="document")
    moment = now()
    rows = [_row(each, accreditation, by) for each in shown]
    kept: list[str] = []
    try:
        with transaction.atomic():
            for row, each in zip(rows, shown, strict=True):
                row.recorded_at = moment
                if isinstance(each, Document):
                    name = f"evidence/{secrets.token_hex(24)}.{EXTENSIONS[MediaType(row.media_type)]}"
                    row.document.name = default_storage.save(name, ContentFile(each.content))
                    kept.append(row.document.name)
            AccreditationEvidence.objects.bulk_create(rows)
            record(
                *(
                    events.EVIDENCE_RECORDED.by(
                        actor,
                        subject=accreditation.subject,
                        provider=accreditation.provider_id,
                        course=accreditation.course_id,
                        evidence=row.pk,
                        sha256=row.sha256 or None,
                    )
                    for row in rows
                )
            )
    except Exception:
        # What the transaction takes back, the storage has to let go of, too.
        for name in kept:
            default_storage.delete(name)
        raise
    return rows


def media_type(content: bytes) -> MediaType | None:
    """What kind of document these bytes are, judged by how they begin and end; None when none that is taken."""
    for kind, (first, last) in _MARKS.items():
        if content.startswith(first) and last in content[-1024:]:
            return kind
    return None


def _row(each: Document | Address, accreditation: Accreditation, by: UUID) -> AccreditationEvidence:
    answer = _judge(each)
    if isinstance(answer, Refusal):
        raise answer
    answer.accreditation, answer.recorded_by_id = accreditation, by
    return answer


def _judge(each: Document | Address) -> AccreditationEvidence | Refusal:
    if isinstance(each, Address):
        if not (url := web_address(each.url)):
            return errors.WebAddressWrong(field="url", url=each.url)
        return AccreditationEvidence(url=url)
    name = one_line(each.name)[:200] or "document"
    if len(each.content) > MOST_BYTES:
        return errors.EvidenceTooLarge(field="document", name=name, megabytes=MOST_BYTES // 1024**2)
    if (kind := media_type(each.content)) is None:
        return errors.EvidenceNotReadable(field="document", name=name)
    return AccreditationEvidence(
        original_name=name,
        media_type=kind,
        size=len(each.content),
        sha256=hashlib.sha256(each.content).hexdigest(),
    )
