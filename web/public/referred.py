"""What an outside service is told of somebody who is referred to it, and its answer, for whoever has the link."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import ledger
from brokerage.referring import answering
from brokerage.referring.errors import ReferralNotFound
from brokerage.referring.models import Helps
from config.refusals import Refusal
from web.forms import posted
from web.public.shared import kept_from_others
from web.referrals import AnswerForm


@require_http_methods(["GET", "HEAD", "POST"])
def referred(request: HttpRequest, token: str) -> HttpResponse:
    """Nothing is read by opening it, since programs that look through mail open links: a press reads it, and once it
    is read it is answered. A link that is wrong, over or called off looks like one that never was."""
    try:
        return kept_from_others(_page(request, token))
    except ReferralNotFound as refusal:
        raise Http404 from refusal


def _page(request: HttpRequest, token: str) -> HttpResponse:
    found = answering.linked(token)
    if request.method == "POST" and found.read_at is None:
        answering.read(found.pk, actor=answering.by_link(found))
        return redirect("referred", token=token)
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            answering.answer_by_link(token, Helps(said["said"]), said["words"])
        except ReferralNotFound:
            raise
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return redirect("referred", token=token)
    context = {"referral": found, "form": form, "now": ledger.now()}
    return render(request, "public/referred.html", context, status=422 if form.errors else 200)
