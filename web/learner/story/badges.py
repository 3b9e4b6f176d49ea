"""The badge of a completed course: a picture, a token or a document, each of which anybody can check."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

import ledger
from accounts.models import Learner
from brokerage.progress import badging, signing
from brokerage.progress.models import Badge
from brokerage.progress.taken import courses_taken
from config.refusals import Refusal
from web.learner.access import acting, for_learner, refuse

FORMATS = ("svg", "jwt", "json")


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def badge(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """What the badge says, then the file. The first download issues it."""
    taken = next(iter(courses_taken(learner, pk=pk)), None)
    if taken is None:
        raise Http404
    wanted = request.POST.get("format", "")
    if request.method == "POST" and wanted in FORMATS:
        try:
            return _file(badging.badge_of(pk, learner=learner, actor=acting(learner)), wanted)
        except Refusal as refusal:
            refuse(request, refusal)
    offered = bool(signing.signing_keys()) and taken.clear
    return render(request, "learner/story/badge.html", {"taken": taken, "offered": offered})


def _file(badge: Badge, wanted: str) -> HttpResponse:
    if wanted == "json":
        document = signing.with_proof(badge.content, ledger.now())
        response = HttpResponse(json.dumps(document, ensure_ascii=False, indent=2), content_type="application/vc")
    else:
        token = signing.as_token(badge.content)
        subject = badge.content["credentialSubject"]
        page = {"token": token, "content": badge.content, "achievement": subject["achievement"]}
        picture = render_to_string("learner/story/badge.svg", page) if wanted == "svg" else token
        response = HttpResponse(picture, content_type="image/svg+xml" if wanted == "svg" else "application/vc+jwt")
    response["Content-Disposition"] = f'attachment; filename="badge.{wanted}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
