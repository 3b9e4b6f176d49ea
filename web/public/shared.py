"""What a learner lets somebody see of their story, for whoever has the link."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from brokerage.progress import sharing
from brokerage.progress.errors import NotInStory
from brokerage.progress.models import Part, Share
from brokerage.progress.reading import story_of
from web.evidence import attached


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The chosen parts. A link that ended looks like one that never was."""
    share = _share(token)
    context = {"share": share, "story": story_of(share.learner, share.parts), "token": token, "mine": False}
    response = kept_from_others(render(request, "public/shared.html", context))
    if request.method == "GET":
        sharing.opened(share)
    return response


@require_safe
def piece(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    share = _share(token)
    if Part.PIECES not in share.parts:
        raise Http404
    found = get_object_or_404(share.learner.pieces, pk=pk)
    return kept_from_others(attached(found.document, found.media_type, found.file_name))


def _share(token: str) -> Share:
    try:
        return sharing.shared_by(token)
    except NotInStory as refusal:
        raise Http404 from refusal


def kept_from_others(response: HttpResponse) -> HttpResponse:
    # The address is the key: settings keep it out of other sites' logs, and this out of caches and search engines.
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
