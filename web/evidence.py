"""An uploaded document on its way to a person: never shown by the browser as a page of ours."""

from __future__ import annotations

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from providers.models import AccreditationEvidence


def download(evidence: AccreditationEvidence) -> HttpResponse:
    """The document as a download, with the type that its content was judged to have. Raises Http404 without one."""
    if not evidence.document:
        raise Http404
    extension = str(evidence.document).rpartition(".")[2]
    name = f"evidence-{evidence.recorded_at:%Y-%m-%d}-{evidence.pk.hex[-6:]}.{extension}"
    return attached(evidence.document, evidence.media_type, name)


def attached(document: FieldFile, media_type: str, name: str) -> HttpResponse:
    """A stored file as a download under this name, which no browser shows as a page of ours and no cache keeps."""
    with document.open("rb") as stream:
        response = HttpResponse(stream.read(), content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
