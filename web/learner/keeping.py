"""What a learner has saved for later, and what has become of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import ledger
from brokerage import saving
from brokerage.assisting.models import Act
from brokerage.requesting import quote
from config.refusals import Refusal
from providers.models import CourseRun
from web.learner.access import Whose, for_learner_or_adviser, refuse
from web.learner.wallet import chosen, wallets
from web.searching import MOST_COMPARED


@require_safe
@for_learner_or_adviser
def shelf(request: HttpRequest, whose: Whose) -> HttpResponse:
    """What is saved, at today's price, with what has changed. A fixed number of queries."""
    learner = whose.learner
    kept = saving.shelf(learner, ledger.today())
    wallet = chosen(wallets(learner), request.GET.get("account", ""))
    prices = quote(wallet.account, [each.run for each in kept]) if wallet else {}
    context = {
        "rows": [(each, prices.get(each.run.pk)) for each in kept],
        "wallet": wallet,
        "most_compared": MOST_COMPARED,
    }
    return render(request, "learner/saved.html", context)


@require_POST
@for_learner_or_adviser
def keep(request: HttpRequest, whose: Whose, pk: UUID) -> HttpResponse:
    """Save a course, or with `let_go` no longer. htmx gets the button as it is then; others, the page they were on."""
    run = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    kept, back = "let_go" not in request.POST, request.POST.get("back", "")
    live = bool(request.htmx)  # type: ignore[attr-defined]
    try:
        with whose.marked(Act.SAVED if kept else Act.LET_GO, f"run:{pk}"):
            (saving.save if kept else saving.let_go)(pk, learner=whose.learner, actor=whose.actor)
    except Refusal as refusal:
        refuse(request, refusal)
        if live:
            # What was refused is said at the top of the page.
            return HttpResponse(headers={"HX-Refresh": "true"})
    else:
        if live:
            return render(request, "learner/save.html", {"run": run, "kept": kept, "back": back})
        messages.success(request, _("Saved for later.") if kept else _("It is no longer saved."))
    here = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back) if here else redirect("learner:saved")
