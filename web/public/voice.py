"""What learners of a scheme proposed, what it answered, and what it did: for anybody to read."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

import ledger
from accounts.models import Scheme
from brokerage.voice.models import Comment, Proposal
from brokerage.voice.said_and_done import standing, with_earlier
from brokerage.voice.voting import ENOUGH
from web.voice import rows

A_PAGE = 20


@require_safe
def voice(request: HttpRequest, slug: str) -> HttpResponse:
    """A fixed number of queries. A scheme that is being set up is nobody's to read."""
    scheme = _scheme(slug)
    proposals = Proposal.objects.shown().filter(scheme=scheme).select_related("outcome")
    page = Paginator(proposals, A_PAGE).get_page(request.GET.get("page"))
    done = Paginator(standing(scheme), A_PAGE).get_page(request.GET.get("done"))
    context = {
        "scheme": scheme,
        "page": page,
        "rows": rows(list(page), ledger.today()),
        "done": done,
        "entries": with_earlier(done),
    }
    return render(request, "public/voice/voice.html", context)


@require_safe
def proposal(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    scheme = _scheme(slug)
    shown = Proposal.objects.shown().filter(scheme=scheme).select_related("outcome", "scheme")
    found = get_object_or_404(shown, pk=pk)
    context = {
        "scheme": scheme,
        "proposal": found,
        "row": rows([found], ledger.today())[0],
        "comments": found.comments.filter(state=Comment.State.SHOWN),
        "enough": ENOUGH,
    }
    return render(request, "public/voice/proposal.html", context)


def _scheme(slug: str) -> Scheme:
    return get_object_or_404(Scheme.objects.exclude(state=Scheme.State.DRAFT), slug=slug)
