"""One course run: what it is, what it costs this learner and why, and asking for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import ledger
from accounts.models import Learner
from accounts.opening import open_to
from brokerage import representing
from brokerage.assisting import assisting
from brokerage.errors import AlreadyAsked
from brokerage.hearing.reading import what_became
from brokerage.models import Caseload, Request, RequestState
from brokerage.requesting import Draft, Quote, quote_all, submit
from brokerage.saving import saved_among
from config.refusals import Refusal, only
from providers.models import CourseRun, RunExtra
from providers.peers import price_against_peers
from providers.sale import why_not_on_sale
from vouchers.track_records import remarks_about, track_records
from web.learner.access import Whose, for_whoever_is_there, refuse
from web.learner.forms import AskForm, ExtrasForm
from web.learner.saying import policy
from web.learner.wallet import Wallet, chosen, wallets
from web.unsent import written

OTHER_DATES = 6


@require_http_methods(["GET", "HEAD", "POST"])
@for_whoever_is_there
def course_run(request: HttpRequest, whose: Whose, pk: UUID) -> HttpResponse:
    """The page, and the request that the learner makes from it. Asked for twice, it is the same request.

    `recount` asks for nothing yet: it shows the price with what the learner gets from elsewhere.
    """
    learner = whose.learner
    given = written(request, about=str(learner.pk))
    if given and given.get("for", str(learner.pk)) != str(learner.pk):
        # In another tab, somebody has begun to act for a learner, or stopped.
        messages.error(request, _("This page was about another account. Look whose it is now, and ask again."))
        return redirect(request.get_full_path())
    run = get_object_or_404(CourseRun.objects.select_related("course__provider", "venue"), pk=pk)
    found = wallets(learner)
    wallet = chosen(found, request.GET.get("account", ""))
    offered = list(run.extras.offered())
    ticked = (request.GET if given is None else given).getlist("extras")
    wanted = [extra for extra in offered if str(extra.pk) in ticked]
    priced = _priced(wallet, run, wanted)
    form = AskForm(
        given,
        offered=offered,
        priced=priced,
        initial={"extras": [extra.pk for extra in wanted]},
    )
    if request.method == "POST" and form.is_valid():
        if "recount" in request.POST:
            priced = _priced(wallet, run, wanted, form.other_aid_minor)
        elif wallet is None:
            form.add_error(None, _("You need a learning account before you can ask for a course."))
        elif asked := _ask(request, whose, wallet, run, form):
            return redirect("learner:request", pk=asked.pk)
    extras_form = ExtrasForm(offered=offered, wanted=wanted, currency=run.currency)
    return _show(request, learner, run, found, wallet, priced, {"form": form, "extras_form": extras_form})


def _priced(
    wallet: Wallet | None, run: CourseRun, wanted: Sequence[RunExtra], other_aid_minor: int = 0
) -> Quote | None:
    """What the run costs with this wallet, what is wanted with it, and what else the learner gets for it."""
    if wallet is None:
        return None
    key = (wallet.account.pk, run.pk)
    quotes = quote_all([(wallet.account, run)], other_aid_minor={key: other_aid_minor}, extras={key: wanted})
    return quotes.get(key)


def _ask(request: HttpRequest, whose: Whose, wallet: Wallet, run: CourseRun, form: AskForm) -> Request | None:
    """The learner's request, also when it was there already; None when it was refused, with why in the form."""
    extras = tuple(form.cleaned_data["extras"])
    draft = Draft(wallet.account, run, form.cleaned_data["note"], extras, form.other_aid_minor)
    try:
        if whose.by is not None:
            asked = representing.ask(draft, by=whose.by, actor=whose.actor)
        elif whose.assistance is not None:
            asked = assisting.ask(draft, by=whose.assistance, actor=whose.actor)
        else:
            asked = only(submit([draft], actor=whose.actor))
    except AlreadyAsked as refusal:
        earlier = _asked_before(whose.learner, run)
        if earlier is None:
            refuse(request, refusal, form)
        return earlier
    except Refusal as refusal:
        refuse(request, refusal, form)
        return None
    messages.success(request, _("Your request is sent."))
    return asked


def _asked_before(learner: Learner, run: CourseRun) -> Request | None:
    """The learner's request for this run that still stands, or was turned down and may be appealed."""
    mine = Request.objects.of_learner(learner).filter(run=run, voucher=None)
    return mine.exclude(state__in=[RequestState.WITHDRAWN, RequestState.UPHELD]).first()


def _show(
    request: HttpRequest,
    learner: Learner,
    run: CourseRun,
    found: list[Wallet],
    wallet: Wallet | None,
    priced: Quote | None,
    forms: dict[str, Any],
) -> HttpResponse:
    """The page with the price of the run and what is wanted with it; of a live request, its offer alone."""
    now, today = ledger.now(), ledger.today()
    record = track_records([run.course_id])[run.course_id]
    others = CourseRun.objects.listed(today).filter(course=run.course_id).exclude(pk=run.pk)
    context: dict[str, Any] = {
        "run": run,
        "others": others.select_related("venue")[:OTHER_DATES],
        "wallet": wallet,
        "other_wallets": [other for other in found if other is not wallet],
        "quote": priced,
        "refused": why_not_on_sale([run], today).get(run.pk),
        "peers": price_against_peers(run, today),
        "learner": learner,
        "asked": _asked_before(learner, run),
        "kept": run.pk in saved_among(learner, [run.pk]),
        "record": record,
        "aftermath": what_became([run.course_id]).get(run.course_id),
        "remarks": remarks_about(run.course_id, record),
        "open_to": open_to(learner, today) if wallet is None else [],
        "caseload": Caseload.objects.filter(learner=learner)
        .select_related("adviser__user", "adviser__organisation", "adviser__stand_in__user")
        .first(),
        "offered": bool(forms["extras_form"].fields["extras"].choices),
        **forms,
        "now": now,
    }
    if priced:
        context |= _answer(priced, now)
    live = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    page = "learner/course_offer.html" if live else "learner/course.html"
    response = render(request, page, context, status=422 if forms["form"].errors else 200)
    # A browser that goes back must not take the fragment for the page.
    patch_vary_headers(response, ["HX-Request"])
    return response


def _answer(priced: Quote, now: dt.datetime) -> dict[str, Any]:
    """What would happen to the request: the policy in words, and by when an adviser answers."""
    rules = priced.rule_version.parsed
    return {
        "policy": policy(priced.policy, priced.approvals_needed, by_lot=priced.by_lot),
        "answer_by": now + dt.timedelta(hours=rules.adviser.answer_within_hours),
        "cooling_off_days": rules.delivery.cooling_off_days,
    }
