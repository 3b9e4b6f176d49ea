"""What a verifier of badges needs: who issued them, with which keys, for what, and which are good no more."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

import ledger
from brokerage.progress import badging, signing
from brokerage.progress.credential import achievement as described
from providers.models import Course

DID = "https://www.w3.org/ns/did/v1"
KEYS = ["https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1"]


@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    """The did:web document: every key that has signed badges."""
    methods = [method for key in signing.signing_keys() for method in key.methods]
    if not methods:
        raise Http404
    document = {
        "@context": [DID, *KEYS],
        "id": signing.issuer(),
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
    return _public(JsonResponse(document, content_type="application/did+json"))


@require_safe
def achievement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A course as badges name it; also once it is taught no more."""
    course = get_object_or_404(Course.objects.select_related("provider"), pk=pk)
    return _public(JsonResponse({"@context": signing.OPEN_BADGES} | described(course)))


@require_safe
def status(request: HttpRequest, number: int, *, as_token: bool = False) -> HttpResponse:
    """One list of which badges are good no more, signed as they are: as a document, or as a token."""
    listed = badging.status_list(number, as_token=as_token)
    if listed is None or not signing.signing_keys():
        raise Http404
    if as_token:
        return _public(HttpResponse(signing.as_token(listed), content_type="application/vc+jwt"))
    return _public(JsonResponse(signing.with_proof(listed, ledger.now()), content_type="application/vc"))


def _public(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={badging.FRESH.seconds}"
    return response
