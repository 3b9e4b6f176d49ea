"""Whom a learner shows their story to."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import ledger
from accounts.models import Learner
from brokerage.progress import sharing
from brokerage.progress.models import Part
from config.refusals import Refusal
from web.learner.access import acting, for_learner, refuse
from web.learner.story.forms import ShareForm
from web.unsent import written

# Links that have ended are of interest for a while, and not for ever.
MOST_SHOWN = 50


@require_safe
@for_learner
def shares(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Each link, whom it is for, what it shows, until when, and how often it was opened."""
    now = ledger.now()
    rows = [
        (share, [Part(part).label for part in share.parts], share.ended_at is None and share.ends_at > now)
        for share in learner.shares.all()[:MOST_SHOWN]
    ]
    return render(request, "learner/story/shares.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def new(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Choose what, for whom and until when; the link is shown once."""
    form = ShareForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = sharing.share(**form.cleaned_data, learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            address = f"{settings.PUBLIC_URL}{reverse('shared', args=[made.token])}"
            response = render(request, "learner/story/shared_link.html", {"share": made.share, "address": address})
            response["Cache-Control"] = "private, no-store"
            return response
    return render(request, "learner/story/share.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@for_learner
def end(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        sharing.end(pk, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("The link leads nowhere any more."))
    return redirect("learner:story:shares")
