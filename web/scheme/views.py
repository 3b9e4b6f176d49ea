"""A manager's schemes: what each says, what waits for a second person, and its rules as a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

import ledger
from accounts import proposing
from accounts.models import RuleProposal, Scheme, SchemeManager
from accounts.schemes import current_rules
from accounts.wording import sentences
from brokerage.voice.reading import waiting_for
from config.refusals import Refusal
from ledger import Actor
from providers.categories import category_name
from vouchers.cards import problems
from web.scheme.access import acting, for_manager, for_scheme, proposal_of
from web.scheme.editing import preview_of
from web.scheme.running import standing

Decide = Callable[..., RuleProposal]


@require_GET
@for_manager
def home(request: HttpRequest, manager: SchemeManager) -> HttpResponse:
    """The schemes of this manager, and what waits for them."""
    mine = proposing.schemes_of(manager).order_by("name")
    waiting = RuleProposal.objects.filter(scheme__in=mine, state=RuleProposal.State.PROPOSED)
    context = {"manager": manager, "schemes": mine, "waiting": waiting.select_related("scheme", "proposed_by")}
    return render(request, "scheme/home.html", context)


@require_GET
@for_scheme
def scheme(request: HttpRequest, manager: SchemeManager, scheme: Scheme) -> HttpResponse:
    """One scheme: its rules of today in words, those to come, and those that are proposed."""
    today = ledger.today()
    version = current_rules([scheme.pk], today).get(scheme.pk)
    said = sentences(version.parsed, currency=scheme.currency, category_name=category_name) if version else []
    context = {
        "manager": manager,
        "scheme": scheme,
        "version": version,
        "sections": said,
        "versions": scheme.rule_versions.order_by("-valid_from", "-number"),
        "proposals": scheme.rule_proposals.select_related("proposed_by")[:10],
        "today": today,
        "standing": standing(scheme) if version else None,
        "currency": scheme.currency,
        "card_problems": problems.count(scheme),
        "voice_waits": waiting_for(scheme, manager, today),
    }
    return render(request, "scheme/scheme.html", context)


@require_GET
@for_scheme
def file(request: HttpRequest, manager: SchemeManager, scheme: Scheme, number: int) -> HttpResponse:
    """One version of the rules as a scheme's file."""
    version = scheme.rule_versions.filter(number=number).first()
    if version is None:
        raise Http404
    said = {
        "slug": scheme.slug,
        "name": scheme.name,
        "funder_name": scheme.funder_name,
        "currency": scheme.currency,
        "funding": scheme.funding,
        "source": version.source,
        "rules": version.rules,
    }
    response = HttpResponse(json.dumps(said, ensure_ascii=False, indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{scheme.slug}-{number}.json"'
    return response


@require_GET
@for_scheme
def proposal(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    """What somebody proposes: what it says, what is different, and what it would do."""
    return _show(request, manager, scheme, proposal_of(scheme, pk))


@require_POST
@for_scheme
def decide(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    """Approve a proposal, turn it down, or take it back."""
    found = proposal_of(scheme, pk)
    decisions: dict[str, tuple[Decide, str]] = {
        "approve": (proposing.approve, _("Approved.")),
        "reject": (proposing.reject, _("Not approved. Nothing has changed.")),
        "withdraw": (proposing.withdraw, _("Withdrawn. Nothing has changed.")),
    }
    if request.POST.get("answer") not in decisions:
        raise Http404
    what, said = decisions[request.POST["answer"]]
    actor: Actor = acting(manager)
    try:
        what(pk, by=manager, actor=actor)
    except Refusal as refusal:
        return _show(request, manager, scheme, found, refused=refusal)
    messages.success(request, said)
    return redirect("scheme:scheme", slug=scheme.slug)


def _show(
    request: HttpRequest,
    manager: SchemeManager,
    scheme: Scheme,
    found: RuleProposal,
    *,
    refused: Refusal | None = None,
) -> HttpResponse:
    before = scheme.rule_versions.filter(valid_from__lte=found.valid_from).order_by("-valid_from", "-number")
    was = before.exclude(proposal=found).first()
    context = {
        "scheme": scheme,
        "proposal": found,
        "preview": preview_of(scheme, was, found.parsed),
        "was": was,
        "waits": found.state == RuleProposal.State.PROPOSED,
        "mine": found.proposed_by_id == manager.user_id,
        "refused": refused,
        "currency": scheme.currency,
    }
    return render(request, "scheme/proposal.html", context, status=refused.status if refused else 200)
