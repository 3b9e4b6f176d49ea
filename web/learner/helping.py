"""An adviser works a learner's pages: what they see first there, and what the learner reads of it and may forbid."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Learner
from brokerage.assisting import assisting
from brokerage.assisting.models import Assistance
from brokerage.models import Request
from web.learner import representing
from web.learner.access import acting, for_learner
from web.learner.wallet import wallets

A_PAGE = 20


def home(request: HttpRequest, assistance: Assistance) -> HttpResponse:
    """What an adviser sees first: what the learner has, has asked for and bought, and what can be done here.

    Never the learner's story, cases, proofs, or what waits for their own yes.
    """
    learner = assistance.learner
    context = {"learner": learner, "wallets": wallets(learner), **representing.asked_and_bought(learner)}
    return render(request, "learner/assisted/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def helped(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Each time an adviser worked these pages, with what they did; and having none of it. A fixed number of queries."""
    if request.method == "POST":
        assisting.refuse(learner=learner, actor=acting(learner))
        messages.success(request, _("Nobody works your pages for you now. You can allow it again here at any time."))
        return redirect("learner:helped")
    times = learner.assistances.select_related("adviser__user", "adviser__organisation").prefetch_related("acts")
    page = Paginator(times, A_PAGE).get_page(request.GET.get("page"))
    done_to = _courses(learner)
    context = {
        "page": page,
        "times": [(each, [(act, done_to.get(act.about)) for act in each.acts.all()]) for each in page],
        "unwanted": hasattr(learner, "not_assisted"),
    }
    return render(request, "learner/assisted/helped.html", context)


@require_POST
@for_learner
def allow(request: HttpRequest, learner: Learner) -> HttpResponse:
    assisting.allow(learner=learner, actor=acting(learner))
    messages.success(request, _("Your adviser can work your pages again, when you ask them to."))
    return redirect("learner:helped")


def _courses(learner: Learner) -> dict[str, Request]:
    """The learner's requests by what acts call them."""
    return {each.subject: each for each in Request.objects.of_learner(learner).select_related("run__course")}
