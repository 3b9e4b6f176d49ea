"""Those who act for a learner: invited, told what they may do, and what they see and do for somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import ledger
from accounts.models import Learner, LearningAccount
from brokerage import buying, representing
from brokerage.assisting import assisting
from brokerage.models import Representative, Request
from brokerage.representing import Limits, limits, rules_of
from config.refusals import Refusal
from ledger import Actor
from vouchers.models import Voucher
from web.learner.access import (
    ASSISTS,
    Whose,
    acting,
    end_acting,
    for_learner,
    for_learner_or_representative,
    refuse,
    shown_to_be_them,
    shown_to_be_them_first,
    start_acting,
)
from web.learner.forms import RepresentativeForm
from web.learner.saying import journey, policy, standing, standing_of_request
from web.learner.wallet import Wallet, wallets
from web.notifications.inviting import send_representatives_invitation
from web.unsent import signed_in, written

RECENT = 10


@dataclass(frozen=True, slots=True)
class ActsIn:
    """One learning account of a learner, as a representative sees it, and what they may do there."""

    wallet: Wallet
    may: Limits


@require_safe
@for_learner
def representatives(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Who acts for the learner, and whom they have invited. A fixed number of queries."""
    standing_now = learner.representatives.standing().select_related("user")
    return render(request, "learner/representatives/list.html", {"representatives": standing_now, "now": ledger.now()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
@shown_to_be_them_first
def invite(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Somebody else may act in one's name: only shortly after the learner has shown that it is them."""
    account = LearningAccount.objects.filter(learner=learner).select_related("scheme").order_by("opened_at").first()
    form = RepresentativeForm(written(request), currency=account.scheme.currency if account else "GBP")
    if request.method == "POST" and form.is_valid():
        try:
            invited = representing.invite(
                form.cleaned_data["email"],
                may_ask=form.cleaned_data["may_ask"],
                spends_minor=form.spends_minor,
                learner=learner,
                actor=acting(learner),
            )
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            if send_representatives_invitation(invited):
                messages.success(request, _("We have sent the invitation. It can be accepted for 7 days."))
            else:
                messages.error(request, _("We could not send the letter. Please invite them again later."))
            return redirect("learner:representatives")
    return render(request, "learner/representatives/invite.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@signed_in
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The learner or the representative ends it."""
    assert request.user.is_authenticated  # signed_in saw to it
    try:
        representing.end(pk, by=request.user, actor=Actor.user(request.user.pk))
    except Refusal as refusal:
        raise Http404 from refusal
    messages.success(request, _("It has ended. Nothing more can be done with it."))
    return redirect("learner:representatives" if hasattr(request.user, "learner") else "learner:acting-for")


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation: what it is, to anybody who has the link; accepting it, to whoever signed in with its address."""
    try:
        invitation = representing.invitation_of(token)
        if request.method == "POST" and request.user.is_authenticated:
            representing.accept(token, by=request.user, actor=Actor.user(request.user.pk))
            messages.success(request, _("You can act for {name} now.").format(name=invitation.learner.name))
            return redirect("learner:acting-for")
    except Refusal as refusal:
        return _show_invitation(request, {"refused": refusal}, refusal.status)
    if request.method == "POST":
        return redirect("account_login")
    return _show_invitation(request, {"invitation": invitation, "next": request.path}, 200)


def _show_invitation(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, "learner/representatives/accept.html", context, status=status)
    # The address is the key: it goes into no cache and no other site's log. Without any referrer a browser's own form
    # would be refused as forged.
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@signed_in
def acting_for(request: HttpRequest) -> HttpResponse:
    """Those for whom whoever is signed in may act, to choose from."""
    mine = Representative.objects.acting().filter(user=request.user.pk).select_related("learner")
    return render(request, "learner/representatives/acting_for.html", {"represented": mine})


@require_POST
@signed_in
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    assert request.user.is_authenticated  # signed_in saw to it
    acting_ones = Representative.objects.acting().select_related("learner", "user")
    found = get_object_or_404(acting_ones, pk=pk, user=request.user)
    if refusal := representing.may_represent(request.user.pk):
        messages.error(request, str(refusal))
        return redirect("learner:acting-for")
    start_acting(request, found)
    return redirect("learner:home")


@require_POST
@signed_in
def stop(request: HttpRequest) -> HttpResponse:
    """Whoever acts for somebody stops, and is back where they came from."""
    assert request.user.is_authenticated  # signed_in saw to it
    helped = request.session.get(ASSISTS)
    end_acting(request)
    if helped is None:
        return redirect("learner:acting-for")
    ended = assisting.end(helped, by=request.user.pk, actor=Actor.user(request.user.pk))
    return redirect("desk:record", pk=ended.learner_id)


def home(request: HttpRequest, learner: Learner, by: Representative) -> HttpResponse:
    """What a representative sees first: what the learner has, has asked for and has bought, and what they may do.

    Never the learner's story, cases, proofs, or what waits for their confirmation.
    """
    context = {
        "learner": learner,
        "acts_in": [ActsIn(each, limits(by, each.account, rules_of(each.account))) for each in wallets(learner)],
        **asked_and_bought(learner),
    }
    return render(request, "learner/representatives/home.html", context)


def asked_and_bought(learner: Learner) -> dict[str, Any]:
    """Template context: what a learner asked for and bought last, for whoever helps them. Two queries."""
    asked = Request.objects.of_learner(learner).filter(voucher=None).select_related("run__course__provider")[:RECENT]
    bought = Voucher.objects.of_learner(learner).select_related("run__course__provider", "run__venue")[:RECENT]
    return {
        "requests": [(each, standing_of_request(each)) for each in asked],
        "vouchers": [(each, standing(each), journey(each)) for each in bought],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner_or_representative
@shown_to_be_them
def buy(request: HttpRequest, whose: Whose, pk: UUID) -> HttpResponse:
    """A representative chooses to buy, only shortly after they have shown that it is them."""
    if whose.by is None:
        return redirect("learner:go-ahead", pk=pk)
    if request.method == "POST":
        try:
            voucher = representing.buy(pk, by=whose.by, actor=whose.actor)
        except Refusal as refusal:
            refuse(request, refusal)
        else:
            if voucher is None:
                said = _("{name} is asked now. It is bought once they say yes themselves.")
            elif voucher.own_minor:
                said = _("The account's share is set aside. {name} pays their own share next.")
            else:
                said = _("It is bought. {name} is told that you did it for them.")
            messages.success(request, said.format(name=whose.learner.given_name))
    return redirect("learner:request", pk=pk)


def request_page(request: HttpRequest, asked: Request, by: Representative) -> HttpResponse:
    """A request of the learner's as a representative sees it: its price, where it stands, and buying it."""
    may = limits(by, asked.learning_account, rules_of(asked.learning_account))
    context = {
        "asked": asked,
        "learner": asked.learning_account.learner,
        "now": ledger.now(),
        "standing": standing_of_request(asked),
        "policy": policy(asked.policy, asked.approvals_needed),
        "may": may,
        "may_go_ahead": buying.may_buy(asked, ledger.now()) is None,
        "within": asked.price_minor <= may.spends_minor,
    }
    return render(request, "learner/representatives/request.html", context)
